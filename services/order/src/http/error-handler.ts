import { Refusal } from '../domain/refusal.ts';
import type { HttpApp, HttpReply, HttpRequest } from './fastify.ts';
import type { ProblemCode } from './problem-catalogue.ts';
import { sendProblem } from './problems.ts';
import { SECURITY_HEADERS } from './security-headers.ts';
import { ValidationFailure } from './validation.ts';

/** Fastify's own refusals of a request, by its error code. */
const FASTIFY_CODES: Record<string, ProblemCode> = {
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'media_type_unsupported',
  FST_ERR_CTP_BODY_TOO_LARGE: 'body_too_large',
  FST_ERR_CTP_EMPTY_JSON_BODY: 'json_malformed',
  FST_ERR_CTP_INVALID_JSON_BODY: 'json_malformed',
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: 'request_malformed',
  FST_ERR_BAD_URL: 'request_malformed',
  FST_ERR_MAX_PARAM_LENGTH: 'route_not_found',
};

/** Turns everything that is thrown on the way into a problem. */
export const addErrorHandler = (app: HttpApp): void => {
  app.setErrorHandler(answerError);
  app.setNotFoundHandler((request, reply) => sendProblem(request, reply, 'route_not_found'));
};

/** The same for addresses that are refused before any hook has run. */
export const answerEarlyError = (error: unknown, request: HttpRequest, reply: HttpReply): HttpReply =>
  answerError(error, request, reply.header('x-request-id', request.id).headers(SECURITY_HEADERS));

/** The problem for an error. Only what nobody foresaw is logged here; refusals are in the request's own line. */
const answerError = (error: unknown, request: HttpRequest, reply: HttpReply): HttpReply => {
  if (error instanceof Refusal) {
    if (error.code.startsWith('dependency_')) request.log.warn({ err: error, code: error.code }, 'dependency failed');
    return sendProblem(request, reply, error.code, { ...error.facts, retryAfterMs: error.retryAfterMs });
  }
  if (error instanceof ValidationFailure) {
    // An id that cannot exist is as absent as one that does not.
    if ('validationContext' in error && error.validationContext === 'params') {
      return sendProblem(request, reply, 'order_not_found');
    }
    return sendProblem(request, reply, 'validation_failed', { errors: error.fields });
  }
  const known = FASTIFY_CODES[codeOf(error)] ?? (isUnreadableJson(error) ? 'json_malformed' : undefined);
  if (known !== undefined) return sendProblem(request, reply, known);
  request.log.error({ err: error }, 'request failed');
  return sendProblem(request, reply, 'internal_error');
};

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';

/** The JSON parser's complaint, whose message quotes the body and therefore goes nowhere. */
const isUnreadableJson = (error: unknown): boolean =>
  error instanceof SyntaxError && 'statusCode' in error && error.statusCode === 400;

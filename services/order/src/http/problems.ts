import type { Answer } from '../domain/answer.ts';
import type { RefusalFacts } from '../domain/refusal.ts';
import type { HttpReply, HttpRequest } from './fastify.ts';
import { type Language, preferredLanguage } from './language.ts';
import { PROBLEMS, type ProblemCode, problemType } from './problem-catalogue.ts';
import type { InvalidField } from './validation.ts';

/** RFC 9457 §3. */
export const PROBLEM_JSON = 'application/problem+json; charset=utf-8';

/** What a problem says beside its code. */
export interface ProblemFacts extends RefusalFacts {
  readonly reason?: string | undefined;
  readonly errors?: readonly InvalidField[] | undefined;
  /** Milliseconds; sent as whole seconds in `Retry-After`. */
  readonly retryAfterMs?: number | undefined;
}

/** Seconds in `Retry-After` where nobody knows better. */
const DEFAULT_RETRY_AFTER_S = 2;
const RETRYABLE = new Set([429, 503]);

/** The members of a problem; `requestId` and `instance` say which request it was. */
export const problemBody = (
  code: ProblemCode,
  language: Language,
  where: { readonly instance: string; readonly requestId: string },
  facts: ProblemFacts = {},
) => {
  const { status, title, detail } = PROBLEMS[code];
  const { orderId, orderStatus, reason, missing, totalAmount, errors } = facts;
  return {
    type: problemType(code),
    title: title[language],
    status,
    detail: detail[language],
    instance: where.instance,
    code,
    requestId: where.requestId,
    orderId,
    orderStatus,
    reason,
    missing,
    totalAmount,
    errors: errors?.map(({ pointer, message }) => ({ pointer, message: message[language] })),
  };
};

/** A problem in the client's language, with the headers its status asks for. */
export const problemAnswer = (request: HttpRequest, code: ProblemCode, facts: ProblemFacts = {}): Answer => {
  const language = preferredLanguage(request.headers['accept-language']);
  const { status } = PROBLEMS[code];
  const body = problemBody(code, language, { instance: pathOf(request), requestId: request.id }, facts);
  return {
    status,
    headers: {
      'content-type': PROBLEM_JSON,
      'content-language': language,
      vary: 'Accept-Language',
      // RFC 6750 §3 wants the error named for a bad token; a failed login is no token at all.
      ...(status === 401
        ? { 'www-authenticate': code.startsWith('token_') ? 'Bearer error="invalid_token"' : 'Bearer' }
        : {}),
      ...(RETRYABLE.has(status) || facts.retryAfterMs !== undefined
        ? { 'retry-after': String(retryAfterSeconds(facts.retryAfterMs)) }
        : {}),
    },
    body: JSON.stringify(body),
  };
};

/** Answers with a problem. */
export const sendProblem = (
  request: HttpRequest,
  reply: HttpReply,
  code: ProblemCode,
  facts: ProblemFacts = {},
): HttpReply => sendAnswer(reply, problemAnswer(request, code, facts));

/** Sends an answer as it is: its body is text already, so no route's serializer is asked to judge it. */
export const sendAnswer = (reply: HttpReply, { status, headers, body }: Answer): HttpReply =>
  reply.code(status).headers(headers).send(body);

const retryAfterSeconds = (ms: number | undefined): number =>
  ms === undefined ? DEFAULT_RETRY_AFTER_S : Math.max(1, Math.ceil(ms / 1_000));

/** The path alone: a query may hold anything. */
const pathOf = ({ url }: HttpRequest): string => url.split('?', 1)[0] ?? url;

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

/** Answers with a problem, in the client's language and with the headers its status asks for. */
export const sendProblem = (
  request: HttpRequest,
  reply: HttpReply,
  code: ProblemCode,
  facts: ProblemFacts = {},
): HttpReply => {
  const language = preferredLanguage(request.headers['accept-language']);
  const { status } = PROBLEMS[code];
  if (status === 401) {
    // RFC 6750 §3 wants the error named for a bad token; a failed login is no token at all.
    const isToken = code.startsWith('token_');
    reply.header('www-authenticate', isToken ? 'Bearer error="invalid_token"' : 'Bearer');
  }
  if (RETRYABLE.has(status)) reply.header('retry-after', retryAfterSeconds(facts.retryAfterMs));
  // As text, so that no route's serializer of that status is asked to judge it.
  const body = problemBody(code, language, { instance: pathOf(request), requestId: request.id }, facts);
  return reply
    .code(status)
    .type(PROBLEM_JSON)
    .header('content-language', language)
    .header('vary', 'Accept-Language')
    .send(JSON.stringify(body));
};

const retryAfterSeconds = (ms: number | undefined): number =>
  ms === undefined ? DEFAULT_RETRY_AFTER_S : Math.max(1, Math.ceil(ms / 1_000));

/** The path alone: a query may hold anything. */
const pathOf = ({ url }: HttpRequest): string => url.split('?', 1)[0] ?? url;

import { PROBLEMS, type ProblemCode } from './problem-catalogue.ts';
import { problemBody } from './problems.ts';
import { problemDetails } from './schemas.ts';

/** Every route can end in these. */
const EVERYWHERE: readonly ProblemCode[] = ['internal_error', 'service_stopping', 'overloaded'];
const OF_BODIES: readonly ProblemCode[] = [
  'validation_failed',
  'json_malformed',
  'body_too_large',
  'media_type_unsupported',
];
export const OF_PEERS: readonly ProblemCode[] = ['dependency_failed', 'dependency_unavailable', 'dependency_timeout'];
export const OF_TOKENS: readonly ProblemCode[] = ['token_missing', 'token_invalid', 'token_expired', 'token_revoked'];

/** Problems of an order that was stored; the answer says where it is. */
const ORDER_KEPT: ReadonlySet<ProblemCode> = new Set<ProblemCode>([
  'payment_declined',
  'card_invalid',
  'payment_method_unsupported',
  'payment_abandoned',
  'payment_provider_error',
  'order_not_cancelable',
]);

interface Examples {
  readonly [name: string]: { readonly summary: string; readonly value: unknown };
}

interface ProblemResponse {
  readonly description: string;
  readonly headers: Record<string, object>;
  readonly content: {
    readonly 'application/problem+json': { readonly schema: typeof problemDetails; readonly examples: Examples };
  };
}

/** Problem responses of a route by status, with one example for each code. */
export const problems = (
  codes: readonly ProblemCode[],
  { body = false }: { readonly body?: boolean } = {},
): Record<number, ProblemResponse> => {
  const byStatus = Map.groupBy(
    new Set([...(body ? OF_BODIES : []), ...codes, ...EVERYWHERE]),
    (code) => PROBLEMS[code].status,
  );
  return Object.fromEntries(
    [...byStatus].sort(([a], [b]) => a - b).map(([status, group]) => [status, problemResponse(status, group)]),
  );
};

const problemResponse = (status: number, codes: readonly ProblemCode[]): ProblemResponse => ({
  description: codes.map((code) => `\`${code}\`: ${PROBLEMS[code].title.en}`).join('; '),
  headers: { ...REQUEST_ID, ...headersOf(status), ...(codes.some((code) => ORDER_KEPT.has(code)) ? LOCATION : {}) },
  content: {
    'application/problem+json': {
      schema: problemDetails,
      examples: Object.fromEntries(
        codes.map((code) => [
          code,
          {
            summary: PROBLEMS[code].title.en,
            value: JSON.parse(JSON.stringify(problemBody(code, 'en', { instance: '/', requestId: 'a-request' }))),
          },
        ]),
      ),
    },
  },
});

const REQUEST_ID = { 'X-Request-Id': { type: 'string', description: 'the request, as in the logs' } };
const LOCATION = { Location: { type: 'string', description: 'the order' } };
const RETRY_AFTER = { 'Retry-After': { type: 'integer', description: 'seconds' } };

const REPLAYED = {
  'Idempotency-Replayed': { type: 'string', description: '`true` when this is the answer to an earlier request' },
};

const headersOf = (status: number): Record<string, object> => {
  switch (status) {
    case 401:
      return { 'WWW-Authenticate': { type: 'string' } };
    case 429:
    case 503:
      return RETRY_AFTER;
    default:
      return {};
  }
};

/** A successful response with its headers. */
export const answer = <S>(
  description: string,
  schema: S,
  headers: { readonly location?: boolean; readonly retryAfter?: boolean; readonly replayed?: boolean } = {},
) => ({
  description,
  headers: {
    ...REQUEST_ID,
    ...(headers.location === true ? LOCATION : {}),
    ...(headers.retryAfter === true ? RETRY_AFTER : {}),
    ...(headers.replayed === true ? REPLAYED : {}),
  },
  content: { 'application/json': { schema } },
});

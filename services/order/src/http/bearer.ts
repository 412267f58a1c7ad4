import { Refusal } from '../domain/refusal.ts';
import type { HttpRequest } from './fastify.ts';

/** RFC 6750 §2.1; the scheme's name is not case-sensitive (RFC 9110 §11.1). */
const BEARER = /^Bearer +([A-Za-z0-9\-._~+/]+=*) *$/i;

/**
 * The token of a request, unchecked.
 * @throws {Refusal} `token_missing` without one, `token_invalid` when it cannot be one.
 */
export const bearerTokenOf = (request: HttpRequest): string => {
  const { authorization } = request.headers;
  if (authorization === undefined) throw new Refusal('token_missing');
  const token = BEARER.exec(authorization)?.[1];
  if (token === undefined) throw new Refusal('token_invalid');
  return token;
};

/** Refuses a request without a token before its body is read. */
export const requireBearer = async (request: HttpRequest): Promise<void> => {
  bearerTokenOf(request);
};

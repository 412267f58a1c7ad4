import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { withContext } from 'cmdrpc';
import type { HttpRequest } from './fastify.ts';

/** What a caller may name its request; anything else could forge log lines or grow without bound. */
const REQUEST_ID = /^[A-Za-z0-9_.-]{1,64}$/;

/** The caller's `X-Request-Id` when it is a harmless one, else a new UUID. */
export const requestIdOf = (raw: Pick<IncomingMessage, 'headers'>): string => {
  const given = raw.headers['x-request-id'];
  return typeof given === 'string' && REQUEST_ID.test(given) ? given : randomUUID();
};

/**
 * Runs a request's work with its id as the correlation id and its budget shared by all calls inside.
 * The client's disconnect is deliberately no part of it: an order that was stored is seen through.
 */
export const inRequest = <T>(request: HttpRequest, timeoutMs: number, work: () => Promise<T>): Promise<T> =>
  withContext({ correlationId: request.id, timeoutMs }, work);

import underPressure from '@fastify/under-pressure';
import { Refusal } from '../domain/refusal.ts';
import type { HttpApp, HttpReply, HttpRequest } from './fastify.ts';

/** Beyond these a request is refused at once instead of late; 0 leaves a bound out. */
export interface LoadBounds {
  readonly maxEventLoopDelayMs: number;
  readonly maxRssBytes: number;
}

/** Milliseconds after which a refused client may find room. */
const RETRY_AFTER_MS = 5_000;

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Not counted by address. */
    isUncounted?: boolean;
    /** What is done under pressure instead of refusing. */
    pressureHandler?: (request: HttpRequest, reply: HttpReply, type: string, value: number | undefined) => void;
  }
}

/** For routes that are answered whatever the load. */
export const UNSHED = { isUncounted: true, pressureHandler: () => undefined };

/** Refuses new requests with 503 while the process cannot keep up. Orders under way are not touched. */
export const addLoadShedding = async (
  app: HttpApp,
  { maxEventLoopDelayMs, maxRssBytes }: LoadBounds,
): Promise<void> => {
  await app.register(underPressure, {
    maxEventLoopDelay: maxEventLoopDelayMs,
    maxRssBytes,
    // No bound on utilization: a process that is fully used and still quick is doing its work.
    pressureHandler: async (request, _reply, type, value) => {
      request.log.warn({ type, value: Math.round(value ?? 0) }, 'request shed');
      throw new Refusal('overloaded', { retryAfterMs: RETRY_AFTER_MS });
    },
  });
};

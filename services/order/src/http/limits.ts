import rateLimit from '@fastify/rate-limit';
import { Refusal } from '../domain/refusal.ts';
import type { HttpApp, HttpRequest } from './fastify.ts';

/** Most requests in a window; 0 leaves a limit out. */
export interface Limits {
  /** Any request, by address. Health and metrics are not counted. */
  readonly addressPerMinute: number;
  /** Logins by address and account together: guessing one password is slow, and nobody locks another out. */
  readonly loginPerMinute: number;
  readonly refreshPerMinute: number;
  /** New orders and payment retries by customer; a request that is answered from its key is not counted. */
  readonly orderPerMinute: number;
  /** Declined payments by customer: stolen cards are tried out in series (OWASP API6:2023). */
  readonly declinesPer10Minutes: number;
  /** Notices of the payment provider, by address. */
  readonly webhookPerMinute: number;
}

export const NO_LIMITS: Limits = {
  addressPerMinute: 0,
  loginPerMinute: 0,
  refreshPerMinute: 0,
  orderPerMinute: 0,
  declinesPer10Minutes: 0,
  webhookPerMinute: 0,
};

const MINUTE_MS = 60_000;

declare module 'fastify' {
  interface FastifyRequest {
    /** What the limit that is being asked counts by. */
    limitKey: string;
  }
}

/** Counts a request under a key. Rejects with `rate_limited` beyond the limit. */
type Limit = (request: HttpRequest, key: string) => Promise<void>;

/**
 * The limits of this process; several processes count for themselves. Each remembers 5 000 keys, which is the plugin's own
 * bound, and forgets the one first that was silent longest.
 */
export interface Limiters {
  readonly login: Limit;
  readonly refresh: Limit;
  readonly order: Limit;
  readonly webhook: Limit;
  /** Rejects with `declines_exceeded` when the customer has had too many declines; counts nothing. */
  readonly mayPay: Limit;
  readonly declined: Limit;
}

/** Counts by address from here on, and hands out the limits that need to know more. Must come before the routes. */
export const addLimits = async (app: HttpApp, limits: Limits): Promise<Limiters> => {
  await app.register(rateLimit, { global: false });
  app.decorateRequest('limitKey', '');

  const counter = (max: number, timeWindow: number) =>
    app.createRateLimit({ max, timeWindow, keyGenerator: ({ limitKey }) => limitKey });
  const none: Limit = async () => undefined;
  const limit = (max: number, windowMs = MINUTE_MS): Limit => {
    if (max === 0) return none;
    const count = counter(max, windowMs);
    return async (request, key) => {
      request.limitKey = key;
      const result = await count(request);
      if (!result.isAllowed && result.isExceeded) throw new Refusal('rate_limited', { retryAfterMs: result.ttl });
    };
  };

  const address = limit(limits.addressPerMinute);
  app.addHook('onRequest', async (request) => {
    if (request.routeOptions.config.isUncounted !== true) await address(request, rateLimit.normalizeIP(request.ip));
  });

  const maxDeclines = limits.declinesPer10Minutes;
  const declines = counter(maxDeclines, 10 * MINUTE_MS);
  return {
    login: limit(limits.loginPerMinute),
    refresh: limit(limits.refreshPerMinute),
    order: limit(limits.orderPerMinute),
    webhook: limit(limits.webhookPerMinute),
    mayPay: async (request, key) => {
      if (maxDeclines === 0) return;
      request.limitKey = key;
      const result = await declines(request, { increment: false });
      if (!result.isAllowed && result.remaining === 0) {
        throw new Refusal('declines_exceeded', { retryAfterMs: result.ttl });
      }
    },
    declined: async (request, key) => {
      request.limitKey = key;
      if (maxDeclines > 0) await declines(request);
    },
  };
};

/** Who a limit by address counts: an IPv6 customer is a network of 2^64 addresses. */
export const addressOf = (request: HttpRequest): string => rateLimit.normalizeIP(request.ip);

/**
 * Codes of the driver itself and of the network below it, while PostgreSQL is away or goes away under a query.
 * @see https://github.com/porsager/postgres#error-codes
 */
const DRIVER_CODES: ReadonlySet<string> = new Set([
  'ANSWER_TIMEOUT',
  'CONNECTION_CLOSED',
  'CONNECTION_ENDED',
  'CONNECTION_DESTROYED',
  'CONNECT_TIMEOUT',
  'ECONNREFUSED',
  'ECONNRESET',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EPIPE',
  'ETIMEDOUT',
]);

/**
 * SQLSTATEs that end by themselves: connection exceptions (08), a lost race (40), insufficient resources (53), a server
 * that stops, starts or gave a statement up (57), a lock that somebody held too long and an idle transaction.
 * @see https://www.postgresql.org/docs/current/errcodes-appendix.html
 */
const SQL_STATES = /^(?:08|40|53|57)[0-9A-Z]{3}$|^55P03$|^25P03$/;

/** Whether PostgreSQL could not be asked, or could not answer now; nothing is wrong with what it was asked. */
export const isDatabaseAway = (thrown: unknown): boolean =>
  thrown instanceof Error &&
  'code' in thrown &&
  typeof thrown.code === 'string' &&
  (DRIVER_CODES.has(thrown.code) || SQL_STATES.test(thrown.code));

/**
 * A filter for RPC servers: a handler that failed because its database is away fails with what `unavailable` makes of
 * that. Without it callers would hear of a mistake inside, which no other try mends. The library has logged the failure.
 */
export const sayingOutages =
  (unavailable: (failed: Error) => Error) =>
  async <C>(ctx: C, next: (ctx: C) => Promise<unknown>): Promise<unknown> => {
    try {
      return await next(ctx);
    } catch (thrown) {
      throw thrown instanceof Error && isDatabaseAway(thrown.cause) ? unavailable(thrown) : thrown;
    }
  };

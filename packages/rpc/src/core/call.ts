import type { RpcError } from './errors.ts';

/** How a call ends: exactly once, with an error or with a value. */
export type Done = (error: RpcError | undefined, value?: unknown) => void;

/**
 * The one verb of the library: take a request, end it through `done`. A callback and not a promise, because six
 * policies around a call would cost six promises; the caller gets the only one.
 */
export type Call<Request> = (request: Request, done: Done) => void;

/** The one shape of policy: given what comes next, a call that does one thing more. */
export type Filter<Request> = (next: Call<Request>) => Call<Request>;

/** Puts filters around a call, the first outermost. */
export const compose = <Request>(filters: readonly Filter<Request>[], innermost: Call<Request>): Call<Request> =>
  filters.reduceRight((next, filter) => filter(next), innermost);

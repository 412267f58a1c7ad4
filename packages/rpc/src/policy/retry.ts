import type { Effect } from '../contract/command.ts';
import { type Backoff, fullJitterMs } from '../core/backoff.ts';
import { CODES } from '../core/codes.ts';
import type { RpcError } from '../core/errors.ts';

/** How often and how soon a call is attempted again. */
export interface RetryOptions {
  /** Attempts of one call, the first included; 1 never retries. Default 3. */
  readonly maxAttempts?: number;
  /** Upper bound of the first delay in milliseconds. Default 50. */
  readonly baseMs?: number;
  /** Upper bound of every delay in milliseconds. Default 1 000. */
  readonly capMs?: number;
}

export const DEFAULT_RETRY: Required<RetryOptions> = { maxAttempts: 3, baseMs: 50, capMs: 1_000 };

/** What the decision needs to know of a call. */
export interface Retriable {
  readonly effect: Effect;
  /** The attempt that just failed, from 1. */
  readonly attempt: number;
  /** Messages of a stream have passed, which another attempt could not repeat. */
  readonly committed: boolean;
}

/**
 * Whether a failed attempt may be followed by another, by what is known: an `unsafe` command only when no handler ran,
 * others also when one may have run. What the peer answered on purpose is never asked again, unless it said when.
 */
export const mayRetry = (call: Retriable, error: RpcError, maxAttempts: number): boolean => {
  if (call.attempt >= maxAttempts || call.committed || error.retryAfterMs === -1) return false;
  if (!CODES[error.code].retry || FINAL.has(error.reason)) return false;
  // A failure the peer passes on from further down was already retried there.
  if (error.delivery === 'answered') return false;
  if (error.code === 'resource_exhausted' && error.retryAfterMs === undefined) return false;
  return error.delivery === 'unsent' || call.effect !== 'unsafe';
};

/** Ends of the whole call, whichever attempt met them. */
const FINAL: ReadonlySet<string> = new Set([
  'before_send',
  'queued',
  'connecting',
  'no_answer',
  'client_closed',
  'caller_aborted',
  'hello_rejected',
]);

/** Milliseconds until the next attempt: the peer's push-back when it gave one, else full jitter. */
export const retryDelayMs = (
  error: RpcError,
  attempt: number,
  options: Required<RetryOptions>,
  random: () => number,
): number => {
  if (error.retryAfterMs !== undefined && error.retryAfterMs >= 0) return error.retryAfterMs;
  const backoff: Backoff = { baseMs: options.baseMs, factor: 2, capMs: options.capMs };
  return fullJitterMs(backoff, attempt, random);
};

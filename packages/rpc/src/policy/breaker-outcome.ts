import { CODES } from '../core/codes.ts';
import type { RpcError } from '../core/errors.ts';

/** `neutral` says nothing about the endpoint: a caller's cancellation, a local refusal, a shed request. */
export type BreakerOutcome = 'ok' | 'fail' | 'unreachable' | 'neutral';

/** Permission for one attempt, to be settled once. A number, so that it costs nothing. */
export type Ticket = number;
export const REFUSED: Ticket = -1;
/** What every attempt has until the first change of state. */
export const FIRST: Ticket = 0;

export type BreakerState = 'closed' | 'open' | 'half-open';

/**
 * What an attempt's end says about the endpoint: by the code table, and nothing when no handler ran, whether this side
 * refused to send or the peer to take. Only a connection that could not be made is a failure all the same.
 */
export const breakerOutcome = (error: RpcError | undefined): BreakerOutcome => {
  if (error === undefined) return 'ok';
  if (error.reason === 'connect_failed') return 'unreachable';
  if (error.delivery === 'unsent') return 'neutral';
  if (CODES[error.code].trips) return 'fail';
  return error.code === 'cancelled' || error.code === 'resource_exhausted' ? 'neutral' : 'ok';
};

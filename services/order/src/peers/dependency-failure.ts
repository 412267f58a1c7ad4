import type { RpcError } from 'cmdrpc';
import { Refusal, type RefusalCode } from '../domain/refusal.ts';

/**
 * What a client hears when a call to another service failed for a reason of that service, not of the client.
 * Never used after a charge may have been sent: that outcome is not a failure but unknown.
 */
export const dependencyFailure = (error: RpcError): Refusal =>
  new Refusal(codeOf(error), { retryAfterMs: positive(error.retryAfterMs), cause: error });

const codeOf = ({ code, delivery, reason }: RpcError): RefusalCode => {
  // A request that never left found nobody to talk to, however long that took to find out.
  if (code === 'deadline_exceeded') return delivery === 'unsent' ? 'dependency_unavailable' : 'dependency_timeout';
  // A service that sheds load is not available; a limit of its own is this caller's to keep.
  if (code === 'resource_exhausted') {
    return delivery === 'unsent' || reason === 'overloaded' ? 'dependency_unavailable' : 'rate_limited';
  }
  return code === 'unavailable' || code === 'cancelled' ? 'dependency_unavailable' : 'dependency_failed';
};

const positive = (ms: number | undefined): number | undefined => (ms !== undefined && ms > 0 ? ms : undefined);

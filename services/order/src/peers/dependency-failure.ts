import type { RpcError } from 'cmdrpc';
import { Refusal } from '../domain/refusal.ts';

/**
 * What a client hears when a call to another service failed for a reason of that service, not of the client.
 * Never used after a charge may have been sent: that outcome is not a failure but unknown.
 */
export const dependencyFailure = (error: RpcError): Refusal => {
  const init = { retryAfterMs: positive(error.retryAfterMs), cause: error };
  switch (error.code) {
    case 'unavailable':
    case 'cancelled':
      return new Refusal('dependency_unavailable', init);
    case 'resource_exhausted':
      // A service that sheds load is not available; a limit of its own is this caller's to keep.
      return new Refusal(isShedding(error) ? 'dependency_unavailable' : 'rate_limited', init);
    case 'deadline_exceeded':
      // A request that never left found nobody to talk to, however long that took to find out.
      return new Refusal(error.delivery === 'unsent' ? 'dependency_unavailable' : 'dependency_timeout', init);
    default:
      return new Refusal('dependency_failed', init);
  }
};

const positive = (ms: number | undefined): number | undefined => (ms !== undefined && ms > 0 ? ms : undefined);

const isShedding = ({ delivery, reason }: RpcError): boolean => delivery === 'unsent' || reason === 'overloaded';

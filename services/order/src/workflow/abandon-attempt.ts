import type { RpcError } from 'cmdrpc';
import { settlementOf } from '../domain/payment-settlement.ts';
import type { Settlement } from '../domain/settlement.ts';
import type { WorkflowDeps } from './deps.ts';

/** What came of giving an attempt up. */
export type Abandonment =
  /** It has an end: the tombstone now left there, or an outcome that was stored before. */
  | { readonly tag: 'settled'; readonly settlement: Settlement }
  /** It began; only Payment can bring it to an end. */
  | { readonly tag: 'inFlight' }
  /** Payment cannot be told, so nothing is known. */
  | { readonly tag: 'unreachable'; readonly error: RpcError };

/** Gives an attempt up that Payment seems not to know. A tombstone there refuses whatever of it arrives late. */
export const abandonAttempt = async (
  { peers, budgets }: Pick<WorkflowDeps, 'peers' | 'budgets'>,
  { orderId, attempt }: { readonly orderId: string; readonly attempt: number },
): Promise<Abandonment> => {
  const result = await peers.payment.abandon_attempt.safe({ orderId, attempt }, { timeoutMs: budgets.abandonMs });
  if (!result.ok) {
    return result.error.reason === 'attempt_in_flight'
      ? { tag: 'inFlight' }
      : { tag: 'unreachable', error: result.error };
  }
  const { paymentStatus } = result.value;
  const settlement: Settlement =
    paymentStatus === 'Canceled'
      ? { attempt, status: 'notStarted', reason: 'payment_not_started' }
      : settlementOf({ ...result.value, attempt });
  return { tag: 'settled', settlement };
};

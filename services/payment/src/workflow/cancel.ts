import type { Attempt } from '../domain/attempt.ts';
import type { Timing } from '../domain/timing.ts';
import type { RecoveryStore } from '../store/recovery.ts';
import { type InFlight, within } from './in-flight.ts';
import { sendUndo, type UndoDeps } from './undo.ts';

export interface CancelDeps extends UndoDeps {
  readonly recovery: RecoveryStore;
  readonly timing: Timing;
  readonly inFlight: InFlight;
  /** The cancellations this process has sent and not heard of, by payment. */
  readonly undoing: Map<string, Promise<CancelResult>>;
  /** Milliseconds the caller can still be kept waiting, asked when the waiting begins. */
  readonly waitMs: () => number;
}

/**
 * `answered`: the attempt as the database has it; a refund whose outcome is unknown is not over yet.
 * `not_cancelable`: there is nothing to give back, or the provider will not.
 */
export type CancelResult =
  | { readonly kind: 'answered' | 'not_cancelable'; readonly attempt: Attempt }
  | { readonly kind: 'not_found' | 'provider_error' };

/**
 * Gives an approved attempt back in full, or closes the account of one that awaits its deposit. The row says so before
 * the provider hears of it, so a process that dies in between leaves it to recovery.
 */
export async function cancel(
  deps: CancelDeps,
  given: { readonly orderId: string; readonly attempt: number; readonly reason: string },
): Promise<CancelResult> {
  const known = await deps.store.find(given.orderId, given.attempt);
  if (known === undefined) return { kind: 'not_found' };
  switch (known.status) {
    case 'refunded':
    case 'abandoned':
      return { kind: 'answered', attempt: known };
    case 'processing':
    case 'unknown':
    case 'rejected':
      return { kind: 'not_cancelable', attempt: known };
    case 'approved':
      // A deposit goes back to an account of the buyer, and nobody has told us one.
      if (known.paymentMethod === 'VirtualAccount') return { kind: 'not_cancelable', attempt: known };
      return begin(deps, known, given.reason);
    case 'waiting_for_deposit':
      return begin(deps, known, given.reason);
    case 'cancel_pending':
    case 'refund_pending':
      return join(deps, known);
  }
}

async function begin(deps: CancelDeps, known: Attempt, reason: string): Promise<CancelResult> {
  const begun = await deps.store.beginUndo(known, reason, deps.timing.firstLookMs);
  // Somebody else was faster, or recovery found out something: whatever it is now decides.
  if (begun === undefined) return cancel(deps, { ...known, reason });
  const job = deps.inFlight.track(send(deps, begun)).finally(() => deps.undoing.delete(begun.paymentId));
  deps.undoing.set(begun.paymentId, job);
  return join(deps, begun);
}

/** Waits for a cancellation that is under way here; one that began elsewhere is answered as it stands. */
async function join(deps: CancelDeps, pending: Attempt): Promise<CancelResult> {
  const job = deps.undoing.get(pending.paymentId);
  const result = job === undefined ? undefined : await within(job, deps.waitMs());
  return result ?? { kind: 'answered', attempt: pending };
}

/** Never rejects: nobody may be waiting for it. */
async function send(deps: CancelDeps, begun: Attempt): Promise<CancelResult> {
  try {
    const { outcome, attempt } = await sendUndo(deps, begun);
    const now = attempt ?? (await deps.store.find(begun.orderId, begun.attempt)) ?? begun;
    if (outcome === 'misconfigured') return { kind: 'provider_error' };
    return { kind: outcome === 'refused' ? 'not_cancelable' : 'answered', attempt: now };
  } catch (err) {
    const { orderId, attempt, paymentId } = begun;
    deps.logger.error({ orderId, attempt, paymentId, err }, 'cancellation broken off: it is left for recovery');
    return { kind: 'answered', attempt: begun };
  }
}

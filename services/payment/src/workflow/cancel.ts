import type { Attempt } from '../domain/attempt.ts';
import type { Timing } from '../domain/timing.ts';
import type { RecoveryStore } from '../store/recovery.ts';
import { type InFlight, within } from './in-flight.ts';
import { sendUndo, type UndoDeps } from './undo.ts';

export interface CancelDeps extends UndoDeps {
  readonly recovery: RecoveryStore;
  readonly timing: Timing;
  readonly inFlight: InFlight;
  /** The cancellations this process has begun and not heard of, by payment. */
  readonly undoing: Map<string, Undoing>;
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

/** A cancellation under way in this process. */
export interface Undoing {
  /** The attempt as this process last wrote it. */
  latest: Attempt;
  /** `changed` when the attempt was not as it was seen, so that nothing was begun. */
  readonly result: Promise<CancelResult | 'changed'>;
}

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
    case 'refund_pending': {
      const undoing = deps.undoing.get(known.paymentId);
      if (undoing !== undefined) return join(deps, undoing, given.reason);
      // It began elsewhere, or ended here while the row was on its way: it is answered as it stands by now.
      return { kind: 'answered', attempt: (await deps.store.find(known.orderId, known.attempt)) ?? known };
    }
  }
}

/**
 * Begins a cancellation, or joins the one that this process has begun. Its place is taken before its row is written:
 * others may read that row before its writer hears of the commit, and are to wait for the same outcome.
 */
function begin(deps: CancelDeps, known: Attempt, reason: string): Promise<CancelResult> {
  let undoing = deps.undoing.get(known.paymentId);
  if (undoing === undefined) {
    undoing = { latest: known, result: undo(deps, known, reason) };
    deps.undoing.set(known.paymentId, undoing);
  }
  return join(deps, undoing, reason);
}

async function undo(deps: CancelDeps, known: Attempt, reason: string): Promise<CancelResult | 'changed'> {
  try {
    const begun = await deps.store.beginUndo(known, reason, deps.timing.firstLookMs);
    if (begun === undefined) return 'changed';
    const undoing = deps.undoing.get(known.paymentId);
    if (undoing !== undefined) undoing.latest = begun;
    return await deps.inFlight.track(send(deps, begun));
  } finally {
    deps.undoing.delete(known.paymentId);
  }
}

/** Waits for a cancellation as long as the caller can. */
async function join(deps: CancelDeps, undoing: Undoing, reason: string): Promise<CancelResult> {
  const result = await within(undoing.result, deps.waitMs());
  // Somebody else was faster, or recovery found out something: whatever it is now decides.
  if (result === 'changed') return cancel(deps, { ...undoing.latest, reason });
  return result ?? { kind: 'answered', attempt: undoing.latest };
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

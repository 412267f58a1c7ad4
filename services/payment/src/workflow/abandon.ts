import { type Attempt, isClosed } from '../domain/attempt.ts';
import { providerIdentity } from '../domain/attempt-identity.ts';
import type { Timing } from '../domain/timing.ts';
import type { AttemptStore } from '../store/attempts.ts';

export interface AbandonDeps {
  readonly store: AttemptStore;
  readonly newId: () => string;
  /**
   * Says after how long an attempt that was claimed and not sent belongs to a process that is gone. Giving up one that
   * is merely slow is safe all the same: its process asks the row before it sends.
   */
  readonly timing: Timing;
}

/** `in_flight`: a charge may have gone out, or has; only its outcome can end it. */
export type AbandonResult = { readonly kind: 'closed' | 'in_flight'; readonly attempt: Attempt };

/** Gives an attempt up for good where that is safe; where it is over already, says how it ended. */
export async function abandon(
  { store, newId, timing }: AbandonDeps,
  orderId: string,
  attempt: number,
): Promise<AbandonResult> {
  const closed =
    (await store.bury({ paymentId: newId(), orderId, attempt, ...providerIdentity(orderId, attempt) })) ??
    (await store.abandonUnsent(orderId, attempt, timing.orphanedAfterMs));
  if (closed !== undefined) return { kind: 'closed', attempt: closed };
  const known = await store.find(orderId, attempt);
  if (known === undefined) throw new Error('an attempt was there and is gone, though none is ever deleted');
  return { kind: isClosed(known.status) ? 'closed' : 'in_flight', attempt: known };
}

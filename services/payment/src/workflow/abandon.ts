import { type Attempt, isClosed } from '../domain/attempt.ts';
import { providerIdentity } from '../domain/attempt-identity.ts';
import type { AttemptStore } from '../store/attempts.ts';

export interface AbandonDeps {
  readonly store: AttemptStore;
  readonly newId: () => string;
  /**
   * Milliseconds after which an attempt that was claimed and not sent belongs to a process that is gone. Giving up one
   * that is merely slow is safe all the same: its process asks the row before it sends.
   */
  readonly orphanedAfterMs: number;
}

/** `in_flight`: a charge may have gone out, or has; only its outcome can end it. */
export type AbandonResult = { readonly kind: 'closed' | 'in_flight'; readonly attempt: Attempt };

/** Gives an attempt up for good where that is safe; where it is over already, says how it ended. */
export async function abandon(
  { store, newId, orphanedAfterMs }: AbandonDeps,
  orderId: string,
  attempt: number,
): Promise<AbandonResult> {
  const closed =
    (await store.bury({ paymentId: newId(), orderId, attempt, ...providerIdentity(orderId, attempt) })) ??
    (await store.abandonUnsent(orderId, attempt, orphanedAfterMs));
  if (closed !== undefined) return { kind: 'closed', attempt: closed };
  const known = await store.find(orderId, attempt);
  if (known === undefined) throw new Error('an attempt was there and is gone, though none is ever deleted');
  return { kind: isClosed(known.status) ? 'closed' : 'in_flight', attempt: known };
}

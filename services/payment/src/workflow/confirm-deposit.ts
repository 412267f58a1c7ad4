import { createHash, timingSafeEqual } from 'node:crypto';
import type { Attempt } from '../domain/attempt.ts';
import { type InFlight, within } from './in-flight.ts';
import { look, type ReconcileDeps } from './reconcile.ts';

export interface DepositDeps extends ReconcileDeps {
  readonly inFlight: InFlight;
  /** Milliseconds the caller can still be kept waiting, asked when the waiting begins. */
  readonly waitMs: () => number;
}

export type DepositResult =
  | { readonly kind: 'answered'; readonly attempt: Attempt }
  | { readonly kind: 'not_found' | 'not_verified' | 'failed' };

/**
 * Takes a notice about a virtual account. Its secret proves that it is worth a question; what it says is not believed,
 * the provider is asked. So a notice that comes twice or late changes nothing.
 */
export async function confirmDepositOf(
  deps: DepositDeps,
  notice: { readonly providerOrderId: string; readonly secret: string },
): Promise<DepositResult> {
  const known = await deps.store.findByProviderOrderId(notice.providerOrderId);
  if (known === undefined) return { kind: 'not_found' };
  // An account whose issue is not known yet has no secret: the notice comes again, and recovery asks meanwhile.
  if (known.depositSecret === null || !isSame(known.depositSecret, notice.secret)) return { kind: 'not_verified' };
  const looked = deps.inFlight.track(lookNow(deps, known));
  return (await within(looked, deps.waitMs())) ?? { kind: 'answered', attempt: known };
}

/** Enough for every look that can be under way at once; one that lost so often is sent again by the provider. */
const MAX_LOOKS = 5;

/** Never rejects: nobody may be waiting for it. */
async function lookNow(deps: DepositDeps, known: Attempt): Promise<DepositResult> {
  try {
    let seen = known;
    for (let looks = 0; looks < MAX_LOOKS; looks += 1) {
      const changed = await look(deps, seen);
      if (changed !== undefined) return { kind: 'answered', attempt: changed };
      const now = (await deps.store.find(seen.orderId, seen.attempt)) ?? seen;
      // Where it moved, who moved it sees to it. Where it did not, the provider may have been asked before the deposit.
      if (now.status !== seen.status) return { kind: 'answered', attempt: now };
      seen = now;
    }
    return { kind: 'failed' };
  } catch (err) {
    const { orderId, attempt, paymentId } = known;
    deps.logger.error({ orderId, attempt, paymentId, err }, 'deposit notice could not be followed up');
    return { kind: 'failed' };
  }
}

/** In a time that does not depend on where they differ; the hashes make the lengths equal. */
const isSame = (a: string, b: string): boolean => timingSafeEqual(digest(a), digest(b));

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

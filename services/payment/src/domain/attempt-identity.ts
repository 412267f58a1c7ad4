/** The names under which an attempt is known at the provider. */
export interface ProviderIdentity {
  readonly providerOrderId: string;
  readonly idempotencyKey: string;
}

/**
 * Derives both names from (orderId, attempt), so that whoever knows the attempt can look it up, with no state of ours.
 * The provider wants an orderId that was never used before (6 to 64 of `A-Za-z0-9_-`): the first attempt takes our own,
 * a later one adds its number. The provider tells requests apart by the key alone, never by the body, so each attempt has its own.
 */
export const providerIdentity = (orderId: string, attempt: number): ProviderIdentity => ({
  providerOrderId: attempt === 1 ? orderId : `${orderId}_${attempt}`,
  idempotencyKey: `charge:${orderId}:${attempt}`,
});

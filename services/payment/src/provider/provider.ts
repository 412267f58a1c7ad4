import type { Outcome } from '../domain/outcome.ts';

/** A card charge. It lives in memory only, and no longer than the request. Amount in won. */
export interface CardCharge {
  readonly providerOrderId: string;
  readonly idempotencyKey: string;
  readonly orderName: string;
  readonly amount: number;
  readonly customerName: string;
  readonly customerEmail: string;
  readonly cardNumber: string;
  readonly expiryYear: string;
  readonly expiryMonth: string;
  readonly birthOrRegistration: string;
  readonly passwordTwoDigits: string;
}

/** Which charge a lookup is about, and what it should have cost. Amount in won. */
export type ExpectedCharge = Pick<CardCharge, 'providerOrderId' | 'amount'>;

/** An outcome, and the provider's own name of the exchange for its support desk. */
export type ProviderResult<T> = T & { readonly traceId: string | undefined };

/**
 * What a lookup found. `not_found` alone does not prove that nothing was charged: the charge may still be on its way.
 */
export type LookupOutcome =
  | Outcome
  | { readonly kind: 'not_found' }
  | { readonly kind: 'in_progress' }
  | { readonly kind: 'canceled'; readonly paymentKey: string };

/** The payment provider. Neither method throws: whatever goes wrong is an outcome. */
export interface Provider {
  /** Sends a charge once. */
  charge(charge: CardCharge): Promise<ProviderResult<Outcome>>;
  /** Asks what became of a charge. */
  lookup(expected: ExpectedCharge): Promise<ProviderResult<LookupOutcome>>;
  /** Cuts what is still under way, which then ends as `unknown`, and sends nothing more. */
  close(): Promise<void>;
}

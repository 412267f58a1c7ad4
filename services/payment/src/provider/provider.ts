import type { CancelOutcome, LookupOutcome, Outcome } from '../domain/outcome.ts';

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

/** A virtual account to be issued, and paid into by anybody until it runs out. Amount in won. */
export type AccountRequest = Pick<
  CardCharge,
  'providerOrderId' | 'idempotencyKey' | 'orderName' | 'amount' | 'customerName' | 'customerEmail'
>;

/** Which charge a lookup is about, and what it should have cost. Amount in won. */
export type ExpectedCharge = Pick<CardCharge, 'providerOrderId' | 'amount'>;

/** A payment to be canceled whole. */
export interface Cancellation {
  readonly paymentKey: string;
  readonly providerOrderId: string;
  readonly idempotencyKey: string;
  /** Shown to the buyer; at most 200 characters. */
  readonly reason: string;
}

/** An outcome, and the provider's own name of the exchange for its support desk. */
export type ProviderResult<T> = T & { readonly traceId: string | undefined };

/** The payment provider. No method throws: whatever goes wrong is an outcome. */
export interface Provider {
  /** Sends a charge once. */
  charge(charge: CardCharge): Promise<ProviderResult<Outcome>>;
  /** Asks once for an account to deposit into. */
  issueAccount(request: AccountRequest): Promise<ProviderResult<Outcome>>;
  /** Asks what became of a charge. */
  lookup(expected: ExpectedCharge): Promise<ProviderResult<LookupOutcome>>;
  /**
   * Gives back whatever is left of a payment, or closes an account that awaits its deposit. Sent once; sending it again
   * under the same key gives nothing back twice.
   */
  cancel(cancellation: Cancellation): Promise<ProviderResult<CancelOutcome>>;
  /** Cuts what is still under way, which then ends as `unknown`, and sends nothing more. */
  close(): Promise<void>;
}

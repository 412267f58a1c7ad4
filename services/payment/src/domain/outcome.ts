/** What the provider says of a payment it has approved. */
export interface Approval {
  readonly paymentKey: string;
  readonly approveNo: string | null;
  readonly issuerCode: string | null;
  /** ISO 8601, as the provider wrote it. */
  readonly approvedAt: string | null;
}

/** What the provider says of an account that awaits a deposit. */
export interface IssuedAccount {
  readonly paymentKey: string;
  /** Comes with every notice about this payment. */
  readonly secret: string;
  readonly accountNumber: string;
  readonly bankCode: string;
  readonly dueAt: Date;
}

/**
 * How a charge ended.
 * `awaiting_deposit`: an account was issued. `rejected`: the issuer declined for good.
 * `misconfigured`: the provider refused us, not the card; nothing was charged.
 * `not_sent`: no byte was written, so sending again is safe. `unknown`: it may have been charged; only a lookup can tell.
 */
export type Outcome =
  | ({ readonly kind: 'approved' } & Approval)
  | ({ readonly kind: 'awaiting_deposit' } & IssuedAccount)
  | { readonly kind: 'rejected'; readonly code: string }
  | { readonly kind: 'misconfigured'; readonly code: string }
  | { readonly kind: 'not_sent'; readonly cause: string }
  | {
      readonly kind: 'unknown';
      readonly cause: string;
      readonly code?: string | undefined;
      readonly paymentKey?: string | undefined;
    };

/**
 * What a lookup found. `not_found` alone does not prove that nothing was charged: the charge may still be on its way.
 */
export type LookupOutcome =
  | Outcome
  | { readonly kind: 'not_found' }
  | { readonly kind: 'in_progress' }
  | { readonly kind: 'canceled'; readonly paymentKey: string };

/**
 * How a cancellation ended. `canceled`: nothing of the payment is left. `refused`: it stays as it was, for good.
 * `misconfigured`: the provider refused us, and nothing was given back. Of `unknown` only a lookup can tell.
 */
export type CancelOutcome =
  | { readonly kind: 'canceled' }
  | { readonly kind: 'refused'; readonly code: string }
  | { readonly kind: 'misconfigured'; readonly code: string }
  | { readonly kind: 'not_sent'; readonly cause: string }
  | { readonly kind: 'unknown'; readonly cause: string; readonly code?: string | undefined };

/** What becomes of an attempt. */
export type Settlement =
  | ({ readonly status: 'approved' } & Approval)
  | ({ readonly status: 'waiting_for_deposit' } & IssuedAccount)
  | { readonly status: 'rejected'; readonly reason: string; readonly providerCode: string | null }
  | { readonly status: 'unknown'; readonly providerCode: string | null; readonly paymentKey: string | null }
  | { readonly status: 'refunded'; readonly reason: string };

/** Reasons of our own, beside the provider's decline codes. */
export const REASON = {
  abandoned: 'attempt_abandoned',
  canceled: 'payment_canceled',
  depositExpired: 'deposit_expired',
  notSent: 'not_sent',
  providerError: 'payment_provider_error',
  providerUnreachable: 'provider_unreachable',
  refundPending: 'refund_pending',
} as const;

/** The state that follows from an outcome, final unless it is `unknown` or a deposit is awaited. */
export function settlementOf(outcome: Outcome): Settlement {
  switch (outcome.kind) {
    case 'approved': {
      const { kind: _, ...approval } = outcome;
      return { status: 'approved', ...approval };
    }
    case 'awaiting_deposit': {
      const { kind: _, ...account } = outcome;
      return { status: 'waiting_for_deposit', ...account };
    }
    case 'rejected':
      return { status: 'rejected', reason: outcome.code, providerCode: outcome.code };
    case 'misconfigured':
      return { status: 'rejected', reason: REASON.providerError, providerCode: outcome.code };
    case 'not_sent':
      return { status: 'rejected', reason: REASON.providerUnreachable, providerCode: null };
    case 'unknown':
      return { status: 'unknown', providerCode: outcome.code ?? null, paymentKey: outcome.paymentKey ?? null };
  }
}

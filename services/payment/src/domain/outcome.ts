/** What the provider says of a payment it has approved. */
export interface Approval {
  readonly paymentKey: string;
  readonly approveNo: string | null;
  readonly issuerCode: string | null;
  /** ISO 8601, as the provider wrote it. */
  readonly approvedAt: string | null;
}

/**
 * How a charge ended.
 * `rejected`: the issuer declined for good. `misconfigured`: the provider refused us, not the card; nothing was charged.
 * `not_sent`: no byte was written, so sending again is safe. `unknown`: it may have been charged; only a lookup can tell.
 */
export type Outcome =
  | ({ readonly kind: 'approved' } & Approval)
  | { readonly kind: 'rejected'; readonly code: string }
  | { readonly kind: 'misconfigured'; readonly code: string }
  | { readonly kind: 'not_sent'; readonly cause: string }
  | {
      readonly kind: 'unknown';
      readonly cause: string;
      readonly code?: string | undefined;
      readonly paymentKey?: string | undefined;
    };

/** What an outcome makes of the attempt that was `processing`. */
export type Settlement =
  | ({ readonly status: 'approved' } & Approval)
  | { readonly status: 'rejected'; readonly reason: string; readonly providerCode: string | null }
  | { readonly status: 'unknown'; readonly providerCode: string | null; readonly paymentKey: string | null };

/** Reasons of our own, beside the provider's decline codes. */
export const REASON = {
  abandoned: 'attempt_abandoned',
  providerError: 'payment_provider_error',
  providerUnreachable: 'provider_unreachable',
} as const;

/** The state that follows from an outcome, final unless it is `unknown`. */
export function settlementOf(outcome: Outcome): Settlement {
  switch (outcome.kind) {
    case 'approved': {
      const { kind: _, ...approval } = outcome;
      return { status: 'approved', ...approval };
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

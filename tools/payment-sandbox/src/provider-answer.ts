import type { ErrorCode } from './error-table.ts';
import type { Payment } from './payment.ts';
import { type ErrorBody, errorBody, type Language, statusOf } from './provider-error.ts';

/** What the provider decided to answer, before any fault distorts it. */
export interface ProviderAnswer {
  readonly status: number;
  readonly body: Payment | ErrorBody;
  /** True when deciding it wrote a payment. */
  readonly committed: boolean;
}

/** What reaches the wire: an answer, or a connection that is cut. */
export type Delivery =
  | { readonly kind: 'answer'; readonly status: number; readonly body: Payment | ErrorBody }
  | { readonly kind: 'text'; readonly status: number; readonly text: string }
  | { readonly kind: 'cut' };

/** The answer of a request that went well and wrote the payment. */
export function committedAnswer(payment: Payment): ProviderAnswer {
  return { status: 200, body: payment, committed: true };
}

/** The answer of a request that was refused and wrote nothing. */
export function refusalAnswer(code: ErrorCode, language: Language): ProviderAnswer {
  return { status: statusOf(code), body: errorBody(code, language), committed: false };
}

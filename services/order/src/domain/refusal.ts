/** Why a request was not carried out. The HTTP side answers each with one entry of its catalogue. */
export type RefusalCode =
  | 'token_missing'
  | 'token_invalid'
  | 'token_expired'
  | 'token_revoked'
  | 'order_not_found'
  | 'order_not_payable'
  | 'order_payment_pending'
  | 'idempotency_key_invalid'
  | 'idempotency_key_reused'
  | 'idempotency_in_progress'
  | 'payment_not_found'
  | 'webhook_not_verified'
  | 'declines_exceeded'
  | 'overloaded'
  | 'product_not_found'
  | 'amount_mismatch'
  | 'cursor_invalid'
  | 'email_taken'
  | 'credentials_invalid'
  | 'refresh_token_invalid'
  | 'refresh_token_expired'
  | 'refresh_token_reused'
  | 'too_many_attempts'
  | 'rate_limited'
  | 'dependency_unavailable'
  | 'dependency_timeout'
  | 'dependency_failed';

/** What the answer may say beyond the code. Everything here is seen by the client. */
export interface RefusalFacts {
  readonly orderId?: string;
  readonly orderStatus?: string;
  /** Product ids that do not exist. */
  readonly missing?: readonly string[];
  /** The sum of the prices, in won. */
  readonly totalAmount?: number;
}

/** A request that was understood and is not carried out; nothing was written for it. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly code: RefusalCode;
  readonly facts: RefusalFacts;
  /** Milliseconds after which another try makes sense; undefined when waiting does not help or nobody said. */
  readonly retryAfterMs: number | undefined;

  constructor(
    code: RefusalCode,
    init: { readonly facts?: RefusalFacts; readonly retryAfterMs?: number | undefined; readonly cause?: unknown } = {},
  ) {
    super(code, init.cause === undefined ? undefined : { cause: init.cause });
    this.code = code;
    this.facts = init.facts ?? {};
    this.retryAfterMs = init.retryAfterMs;
  }
}

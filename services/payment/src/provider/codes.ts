/**
 * The codes that speak of the card: a definitive decline, nothing was charged.
 * An allow-list, because the HTTP status tells nothing: of two answers with status 400, one is final and one is not.
 * @see README.md, "Outcomes"; the codes are those of the provider's key-in and approval tables (core API 2022-11-16).
 */
export const DECLINES: ReadonlySet<string> = new Set([
  'INVALID_CARD_EXPIRATION',
  'INVALID_CARD_NUMBER',
  'INVALID_CARD_PASSWORD',
  'INVALID_CARD_IDENTITY',
  'INVALID_CARD_LOST_OR_STOLEN',
  'INVALID_STOPPED_CARD',
  'INVALID_REJECT_CARD',
  'INVALID_BIRTH_DAY_FORMAT',
  'NOT_SUPPORTED_CARD_TYPE',
  'NOT_REGISTERED_CARD_COMPANY',
  'REJECT_CARD_PAYMENT',
  'REJECT_CARD_COMPANY',
  'REJECT_ACCOUNT_PAYMENT',
  'EXCEED_MAX_AMOUNT',
  'EXCEED_MAX_AUTH_COUNT',
  'EXCEED_MAX_DAILY_PAYMENT_COUNT',
  'EXCEED_MAX_ONE_DAY_AMOUNT',
  'EXCEED_MAX_PAYMENT_AMOUNT',
  'BELOW_MINIMUM_AMOUNT',
  'INVALID_CARD_INSTALLMENT_PLAN',
  'EXCEED_MAX_CARD_INSTALLMENT_PLAN',
  'NOT_SUPPORTED_MONTHLY_INSTALLMENT_PLAN',
  'NOT_SUPPORTED_MONTHLY_INSTALLMENT_PLAN_BELOW_AMOUNT',
  'NOT_SUPPORTED_INSTALLMENT_PLAN_CARD_OR_MERCHANT',
  'FDS_ERROR',
  'NOT_AVAILABLE_PAYMENT',
]);

/** The codes that speak of us: key, contract or request are wrong. Nothing was charged, and no buyer can mend it. */
export const MISCONFIGURATIONS: ReadonlySet<string> = new Set([
  'UNAUTHORIZED_KEY',
  'INVALID_API_KEY',
  'INCORRECT_BASIC_AUTH_FORMAT',
  'FORBIDDEN_REQUEST',
  'NOT_FOUND_TERMINAL_ID',
  'INVALID_IDEMPOTENCY_KEY',
  'INVALID_REQUEST',
  'INVALID_REQUIRED_PARAM',
  'INVALID_ORDER_ID',
  'INVALID_EMAIL',
  'INVALID_BANK',
  'NOT_AVAILABLE_BANK',
]);

/** The codes by which a cancellation has nothing left to do. */
export const CANCELED_BEFORE: ReadonlySet<string> = new Set(['ALREADY_CANCELED_PAYMENT', 'ALREADY_REFUND_PAYMENT']);

/** The codes that refuse a cancellation for good. An allow-list too: any other answer may hide one that was carried out. */
export const CANCEL_REFUSALS: ReadonlySet<string> = new Set([
  'NOT_CANCELABLE_AMOUNT',
  'NOT_CANCELABLE_PAYMENT',
  'NOT_CANCELABLE_PAYMENT_FOR_DORMANT_USER',
  'NOT_MATCHES_REFUNDABLE_AMOUNT',
  'NOT_ALLOWED_PARTIAL_REFUND',
  'NOT_ALLOWED_PARTIAL_REFUND_WAITING_DEPOSIT',
  'EXCEED_CANCEL_AMOUNT_DISCOUNT_AMOUNT',
  'EXCEED_CANCEL_LIMIT',
  'EXCEED_MAX_REFUND_DUE',
  'REFUND_REJECTED',
  'INVALID_REFUND_ACCOUNT_INFO',
  'INVALID_REFUND_ACCOUNT_NUMBER',
  'FORBIDDEN_BANK_REFUND_REQUEST',
]);

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
]);

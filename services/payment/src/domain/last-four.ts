const KEPT_DIGITS = 4;

/** The last four digits of a card number, all that may be kept of it; null when that would be the whole number. */
export const lastFour = (cardNumber: string): string | null =>
  cardNumber.length > KEPT_DIGITS ? cardNumber.slice(-KEPT_DIGITS) : null;

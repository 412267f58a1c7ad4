const VISIBLE_DIGITS = 4;

/**
 * Replaces all but the last four digits with `*`; a number of four digits or fewer is hidden whole.
 * The provider shows another part of the number. One mask in the whole system keeps two of them from being put together.
 */
export function maskCardNumber(cardNumber: string): string {
  const visible = cardNumber.length > VISIBLE_DIGITS ? cardNumber.slice(-VISIBLE_DIGITS) : '';
  return visible.padStart(cardNumber.length, '*');
}

/**
 * What may be kept of a card number (PCI DSS 3.4.1 allows no more at its end than four digits).
 * A number of four digits or fewer would be kept whole, so nothing is.
 */
export const lastFourOf = (cardNumber: string): string | undefined =>
  cardNumber.length > 4 ? cardNumber.slice(-4) : undefined;

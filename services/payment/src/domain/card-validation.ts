/** The card fields that strict validation looks at, as the buyer typed them. */
export interface CardData {
  readonly cardNumber: string;
  readonly expiryYear: string;
  readonly expiryMonth: string;
  readonly birthOrRegistration: string;
}

/** Names of the fields that are wrong, never their values; empty when all are right. */
export type CardCheck = (card: CardData, nowMs: number) => (keyof CardData)[];

export const CARD_VALIDATIONS = ['basic', 'strict'] as const;
export type CardValidation = (typeof CARD_VALIDATIONS)[number];

/** The Seoul clock: nine hours ahead of UTC, without daylight saving. */
const SEOUL_OFFSET_MS = 9 * 60 * 60 * 1_000;

/** `basic` adds nothing to the contract, which has checked that every field is digits. */
export const cardCheck = (validation: CardValidation): CardCheck => (validation === 'strict' ? strictCheck : () => []);

/** Luhn, a real month, not expired in Seoul, and a birth date (6 digits) or business registration number (10). */
const strictCheck: CardCheck = (card, nowMs) => {
  const wrong: (keyof CardData)[] = [];
  if (!passesLuhn(card.cardNumber)) wrong.push('cardNumber');
  const month = Number(card.expiryMonth);
  if (month < 1 || month > 12) wrong.push('expiryMonth');
  else if (nowMs >= expiresAtMs(2_000 + Number(card.expiryYear), month)) wrong.push('expiryYear', 'expiryMonth');
  if (!/^(\d{6}|\d{10})$/.test(card.birthOrRegistration)) wrong.push('birthOrRegistration');
  return wrong;
};

/** The first instant of the month after, in Seoul: a card is good through the last day of its month. */
const expiresAtMs = (year: number, month: number): number => Date.UTC(year, month, 1) - SEOUL_OFFSET_MS;

function passesLuhn(digits: string): boolean {
  const sum = [...digits].reverse().reduce((total, digit, index) => {
    const value = index % 2 === 0 ? Number(digit) : Number(digit) * 2;
    return total + (value > 9 ? value - 9 : value);
  }, 0);
  return sum % 10 === 0;
}

/** What a card will do at the provider; its numbers are the sandbox's, but for `good`. */
export const CARDS = ['good', 'declined', 'over-limit', 'no-answer', 'cut', 'malformed'] as const;
export type CardKind = (typeof CARDS)[number];

/** What every good card of these runs begins with: nothing else may hold these digits. */
export const GOOD_CARD_BEGINS = '941077123456';
/** What the provider's test cards begin with. */
const TEST_CARD_BEGINS = '400000000000';
/** Card holders' birth or registration numbers begin with this. */
const BIRTH_BEGINS = '88073164';
/** What every account's password begins with. */
export const PASSWORD_BEGINS = 'canary-of-the-fault-runs-';

/** Text that may be in no file, no log, no ledger and no answer. */
export const NEEDLES: readonly string[] = [
  GOOD_CARD_BEGINS,
  GOOD_CARD_BEGINS.replaceAll(/(.{4})(?=.)/g, '$1-'),
  GOOD_CARD_BEGINS.replaceAll(/(.{4})(?=.)/g, '$1 '),
  TEST_CARD_BEGINS,
  BIRTH_BEGINS,
  PASSWORD_BEGINS,
];

const NUMBERS: Readonly<Record<Exclude<CardKind, 'good' | 'malformed'>, string>> = {
  declined: `${TEST_CARD_BEGINS}0002`,
  'over-limit': `${TEST_CARD_BEGINS}9995`,
  'no-answer': `${TEST_CARD_BEGINS}0119`,
  cut: `${TEST_CARD_BEGINS}0341`,
};

/** Payment fields for a card of this kind. Amount in won. */
export function paymentWith(card: CardKind, lastFour: number, amount: number) {
  const digits = String(lastFour).padStart(4, '0');
  return {
    paymentMethod: 'CreditCard',
    paymentName: '홍길동',
    // A malformed one has more digits than any card, so the gateway itself refuses it.
    cardNumber:
      card === 'good' || card === 'malformed'
        ? `${GOOD_CARD_BEGINS}${digits}${card === 'malformed' ? '123456' : ''}`
        : NUMBERS[card],
    expiryYear: '39',
    expiryMonth: '11',
    birthOrRegistration: `${BIRTH_BEGINS}${digits.slice(-2)}`,
    passwordTwoDigits: digits.slice(0, 2),
    amount,
  };
}

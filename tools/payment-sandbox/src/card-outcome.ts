import type { ErrorCode } from './error-table.ts';

/** What the card company answers for a card number. */
export type CardOutcome =
  | { readonly kind: 'approved'; readonly delivery: 'answered' | 'cut' | 'slow' }
  | { readonly kind: 'failed'; readonly code: ErrorCode };

const TEST_CARDS: ReadonlyMap<string, CardOutcome> = new Map([
  ['4000000000000002', { kind: 'failed', code: 'REJECT_CARD_PAYMENT' }],
  ['4000000000009995', { kind: 'failed', code: 'EXCEED_MAX_AMOUNT' }],
  ['4000000000000069', { kind: 'failed', code: 'INVALID_CARD_EXPIRATION' }],
  ['4000000000000119', { kind: 'failed', code: 'PROVIDER_ERROR' }],
  ['4000000000000341', { kind: 'approved', delivery: 'cut' }],
  ['4000000000000259', { kind: 'approved', delivery: 'slow' }],
] satisfies [string, CardOutcome][]);

/** Decides the outcome by test card; any other number is approved. */
export function cardOutcome(cardNumber: string): CardOutcome {
  return TEST_CARDS.get(cardNumber) ?? { kind: 'approved', delivery: 'answered' };
}

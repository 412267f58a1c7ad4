import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cardOutcome } from './card-outcome.ts';

test('every test card has its outcome', () => {
  const outcomes = ['0002', '9995', '0069', '0119', '0341', '0259'].map((end) => cardOutcome(`400000000000${end}`));
  assert.deepEqual(outcomes, [
    { kind: 'failed', code: 'REJECT_CARD_PAYMENT' },
    { kind: 'failed', code: 'EXCEED_MAX_AMOUNT' },
    { kind: 'failed', code: 'INVALID_CARD_EXPIRATION' },
    { kind: 'failed', code: 'PROVIDER_ERROR' },
    { kind: 'approved', delivery: 'cut' },
    { kind: 'approved', delivery: 'slow' },
  ]);
});

test('any other number is approved', () => {
  for (const number of ['123123', '4242424242424242', '400000000000002']) {
    assert.deepEqual(cardOutcome(number), { kind: 'approved', delivery: 'answered' });
  }
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { settlementOf } from './outcome.ts';

test('an approval keeps what a refund and a support case need', () => {
  const approval = { paymentKey: 'key', approveNo: '00000000', issuerCode: '71', approvedAt: null };
  assert.deepEqual(settlementOf({ kind: 'approved', ...approval }), { status: 'approved', ...approval });
});

test('a decline tells the code of the provider', () => {
  assert.deepEqual(settlementOf({ kind: 'rejected', code: 'REJECT_CARD_PAYMENT' }), {
    status: 'rejected',
    reason: 'REJECT_CARD_PAYMENT',
    providerCode: 'REJECT_CARD_PAYMENT',
  });
});

test('a refusal of our key does not blame the card, and keeps the code for us', () => {
  assert.deepEqual(settlementOf({ kind: 'misconfigured', code: 'UNAUTHORIZED_KEY' }), {
    status: 'rejected',
    reason: 'payment_provider_error',
    providerCode: 'UNAUTHORIZED_KEY',
  });
});

test('a request that was never written is a clean end', () => {
  assert.deepEqual(settlementOf({ kind: 'not_sent', cause: 'ECONNREFUSED' }), {
    status: 'rejected',
    reason: 'provider_unreachable',
    providerCode: null,
  });
});

test('an unknown outcome stays open and keeps the payment it may belong to', () => {
  assert.deepEqual(settlementOf({ kind: 'unknown', cause: 'amount_mismatch', paymentKey: 'key' }), {
    status: 'unknown',
    providerCode: null,
    paymentKey: 'key',
  });
});

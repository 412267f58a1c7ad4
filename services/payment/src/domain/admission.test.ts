import assert from 'node:assert/strict';
import { test } from 'node:test';
import { replay, whyNotAdmitted } from './admission.ts';
import type { Attempt, AttemptStatus } from './attempt.ts';
import { providerIdentity } from './attempt-identity.ts';

const ORDER_ID = '018f2b7e-0000-7000-8000-000000000001';

const stored = (attempt: number, status: AttemptStatus, over: Partial<Attempt> = {}): Attempt => ({
  paymentId: `payment-${attempt}`,
  orderId: ORDER_ID,
  attempt,
  status,
  paymentMethod: 'CreditCard',
  amount: 3_000,
  ...providerIdentity(ORDER_ID, attempt),
  reason: null,
  paymentKey: null,
  sentAt: null,
  account: null,
  depositSecret: null,
  cancelReason: null,
  checks: 0,
  notFoundAt: null,
  sweepUntil: null,
  lateChargeAt: null,
  version: 0,
  readAt: new Date(0),
  ...over,
});

const request = (attempt: number) => ({
  orderId: ORDER_ID,
  attempt,
  paymentMethod: 'CreditCard' as const,
  amount: 3_000,
});

test('the same attempt again is answered with what is stored, whatever its state', () => {
  for (const status of ['processing', 'unknown', 'approved', 'rejected'] as const) {
    const known = stored(1, status);
    assert.deepEqual(replay(known, request(1)), { kind: 'stored', attempt: known });
  }
});

test('the same attempt with another amount or method is a conflict that names the field', () => {
  assert.deepEqual(replay(stored(1, 'approved'), { ...request(1), amount: 3_001 }), {
    kind: 'conflict',
    field: 'amount',
  });
  assert.deepEqual(replay(stored(1, 'approved'), { ...request(1), paymentMethod: 'VirtualAccount' }), {
    kind: 'conflict',
    field: 'paymentMethod',
  });
});

test('a tombstone refuses, whatever is asked', () => {
  const tombstone = stored(1, 'abandoned', { amount: null, paymentMethod: null });
  assert.deepEqual(replay(tombstone, request(1)), { kind: 'abandoned' });
});

test('a live attempt blocks every other one', () => {
  for (const status of ['processing', 'unknown', 'approved', 'waiting_for_deposit'] as const) {
    const live = stored(1, status);
    assert.deepEqual(whyNotAdmitted([live], request(2)), { kind: 'live_attempt', attempt: live });
  }
});

test('after a decline or a tombstone the next attempt has room, and a number may be missing', () => {
  assert.equal(whyNotAdmitted([], request(1)), undefined);
  assert.equal(whyNotAdmitted([stored(1, 'rejected')], request(2)), undefined);
  assert.equal(whyNotAdmitted([stored(1, 'abandoned')], request(3)), undefined);
});

test('a request that comes after a later attempt is refused', () => {
  assert.deepEqual(whyNotAdmitted([stored(2, 'rejected')], request(1)), { kind: 'conflict', field: 'attempt' });
});

test('a refunded order takes no further attempt', () => {
  assert.deepEqual(whyNotAdmitted([stored(1, 'refunded')], request(2)), { kind: 'conflict', field: 'attempt' });
});

test('each attempt has a name of its own at the provider that starts with the order id and fits its rules', () => {
  const first = providerIdentity(ORDER_ID, 1);
  const last = providerIdentity(ORDER_ID, 1_000);
  assert.equal(first.providerOrderId, ORDER_ID);
  assert.equal(last.providerOrderId, `${ORDER_ID}_1000`);
  assert.match(last.providerOrderId, /^[A-Za-z0-9_-]{6,64}$/);
  assert.notEqual(first.idempotencyKey, last.idempotencyKey);
  assert.ok(last.idempotencyKey.length <= 300);
});

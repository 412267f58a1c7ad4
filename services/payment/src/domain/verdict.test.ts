import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Attempt, AttemptStatus } from './attempt.ts';
import { providerIdentity } from './attempt-identity.ts';
import type { LookupOutcome } from './outcome.ts';
import { backOffMs, timing } from './timing.ts';
import { type Verdict, verdictOn } from './verdict.ts';

const ORDER_ID = '018f2b7e-0000-7000-8000-000000000001';
const SECOND = 1_000;

const attemptIn = (status: AttemptStatus, over: Partial<Attempt> = {}): Attempt => ({
  paymentId: 'payment-1',
  orderId: ORDER_ID,
  attempt: 1,
  status,
  paymentMethod: 'CreditCard',
  amount: 3_000,
  ...providerIdentity(ORDER_ID, 1),
  reason: null,
  paymentKey: 'key-1',
  sentAt: new Date(0),
  account: null,
  depositSecret: null,
  cancelReason: null,
  checks: 0,
  notFoundAt: null,
  sweepUntil: null,
  lateChargeAt: null,
  version: 1,
  readAt: new Date(10 * SECOND),
  ...over,
});

const APPROVED = {
  kind: 'approved',
  paymentKey: 'key-1',
  approveNo: null,
  issuerCode: null,
  approvedAt: null,
} as const;
const AWAITING = {
  kind: 'awaiting_deposit',
  paymentKey: 'key-1',
  secret: 's',
  accountNumber: '1',
  bankCode: '20',
  dueAt: new Date(0),
} as const;
const CANCELED = { kind: 'canceled', paymentKey: 'key-1' } as const;
const REJECTED = { kind: 'rejected', code: 'EXPIRED' } as const;
const NOT_FOUND = { kind: 'not_found' } as const;
const LOST = { kind: 'unknown', cause: 'ECONNRESET' } as const;
const WRONG = { kind: 'unknown', cause: 'amount_mismatch', paymentKey: 'key-1' } as const;

const brief = (verdict: Verdict): string => (verdict.kind === 'settle' ? verdict.settlement.status : verdict.kind);
const onLook = (attempt: Attempt, found: LookupOutcome): string => brief(verdictOn(attempt, found, timing()));

const TABLE: Record<
  AttemptStatus,
  [approved: string, awaiting: string, canceled: string, rejected: string, missing: string]
> = {
  processing: ['approved', 'waiting_for_deposit', 'refunded', 'rejected', 'missing'],
  unknown: ['approved', 'waiting_for_deposit', 'refunded', 'rejected', 'missing'],
  waiting_for_deposit: ['approved', 'wait', 'refunded', 'rejected', 'trouble'],
  approved: ['done', 'waiting_for_deposit', 'refunded', 'hold', 'trouble'],
  cancel_pending: ['approved', 'undo', 'refunded', 'refunded', 'trouble'],
  refund_pending: ['undo', 'hold', 'refunded', 'hold', 'trouble'],
  abandoned: ['undo', 'undo', 'done', 'done', 'wait'],
  rejected: ['done', 'done', 'done', 'done', 'done'],
  refunded: ['done', 'done', 'done', 'done', 'done'],
};

for (const [status, expected] of Object.entries(TABLE) as [AttemptStatus, string[]][]) {
  test(`an attempt that is ${status} follows what the provider knows of it`, () => {
    const seen = [APPROVED, AWAITING, CANCELED, REJECTED, NOT_FOUND].map((found) => onLook(attemptIn(status), found));
    assert.deepEqual(seen, expected);
  });

  test(`an attempt that is ${status} stays so while the provider is not understood or still at work`, () => {
    assert.equal(onLook(attemptIn(status), LOST), 'trouble');
    assert.equal(onLook(attemptIn(status), WRONG), 'hold');
    assert.equal(onLook(attemptIn(status), { kind: 'in_progress' }), 'wait');
  });
}

test('a payment is taken for never made only 90 s after its sending, and 30 s after it was first not found', () => {
  const missingAt = (readS: number, notFoundS: number | null) =>
    onLook(
      attemptIn('unknown', {
        readAt: new Date(readS * SECOND),
        notFoundAt: notFoundS === null ? null : new Date(notFoundS * SECOND),
      }),
      NOT_FOUND,
    );
  assert.equal(missingAt(89, 10), 'missing');
  assert.equal(missingAt(90, null), 'missing');
  assert.equal(missingAt(90, 61), 'missing');
  assert.equal(missingAt(90, 60), 'fence');
  assert.equal(missingAt(500, 10), 'fence');
});

test('an attempt that was given up is looked for until its time is over, and a charge that was found until it is back', () => {
  const at = (readS: number, lateChargeAt: Date | null) =>
    onLook(
      attemptIn('abandoned', { sweepUntil: new Date(100 * SECOND), readAt: new Date(readS * SECOND), lateChargeAt }),
      NOT_FOUND,
    );
  assert.equal(at(99, null), 'wait');
  assert.equal(at(100, null), 'done');
  assert.equal(at(100, new Date(0)), 'wait');
});

test('an account that has run out is rejected for that, whatever the provider calls it', () => {
  const verdict = verdictOn(attemptIn('waiting_for_deposit'), REJECTED, timing());
  assert.ok(verdict.kind === 'settle' && verdict.settlement.status === 'rejected');
  assert.equal(verdict.settlement.reason, 'deposit_expired');
});

test('pauses double up to their limit, with a jitter that never makes them nothing', () => {
  const pauses = (random: number) => [0, 1, 2, 5, 6, 1_000].map((checks) => backOffMs(checks, 10, 300, () => random));
  assert.deepEqual(pauses(1), [10, 20, 40, 300, 300, 300]);
  assert.deepEqual(pauses(0), [1, 2, 4, 30, 30, 30]);
});

test('every duration follows the scale, and together they end within two minutes of the fault', () => {
  const { neverChargedAfterMs, pollMs, leaseMs, betweenNotFoundMs, longestTroubleMs } = timing();
  assert.equal(timing(0.02).neverChargedAfterMs, neverChargedAfterMs * 0.02);
  assert.ok(neverChargedAfterMs + betweenNotFoundMs / 2 + pollMs < 120 * SECOND);
  assert.ok(leaseMs + longestTroubleMs + betweenNotFoundMs + pollMs < 120 * SECOND);
});

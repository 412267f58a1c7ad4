import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import {
  type AttemptStatus,
  isAnnounced,
  isAttemptStatus,
  isClosed,
  isLive,
  mayMove,
  publicStatus,
} from './attempt.ts';

const STATUSES = [
  'processing',
  'unknown',
  'approved',
  'rejected',
  'abandoned',
  'waiting_for_deposit',
  'cancel_pending',
  'refund_pending',
  'refunded',
] as const satisfies AttemptStatus[];

const migration = readFileSync(new URL('../../migrations/002_recovery_and_outbox.sql', import.meta.url), 'utf8');
const namesIn = (list: string | undefined) => [...(list ?? '').matchAll(/'([a-z_]+)'/g)].map(([, name]) => name).sort();

const statesBefore = (to: AttemptStatus) => STATUSES.filter((from) => mayMove(from, to));

test('money is taken only by what was open, given back only through a note, and what is over stays so', () => {
  assert.deepEqual(statesBefore('processing'), []);
  assert.deepEqual(statesBefore('unknown'), ['processing']);
  assert.deepEqual(statesBefore('abandoned'), ['processing', 'unknown']);
  assert.deepEqual(statesBefore('rejected'), ['processing', 'unknown', 'waiting_for_deposit']);
  assert.deepEqual(statesBefore('refund_pending'), ['approved']);
  assert.deepEqual(statesBefore('cancel_pending'), ['waiting_for_deposit']);
  for (const over of ['rejected', 'abandoned', 'refunded'] as const)
    assert.deepEqual(
      STATUSES.filter((to) => mayMove(over, to)),
      [],
    );
});

test('Order hears of every end and of a deposit taken back, not of what is under way', () => {
  for (const end of ['approved', 'rejected', 'abandoned', 'refunded'] as const)
    assert.ok(isAnnounced('processing', end), end);
  for (const open of ['unknown', 'waiting_for_deposit'] as const) assert.ok(!isAnnounced('processing', open), open);
  assert.ok(!isAnnounced('approved', 'refund_pending'));
  assert.ok(isAnnounced('approved', 'waiting_for_deposit'));
});

test('an outcome that is not known is pending outside, never rejected', () => {
  assert.equal(publicStatus('processing'), 'Pending');
  assert.equal(publicStatus('unknown'), 'Pending');
  assert.equal(publicStatus('approved'), 'Approved');
  assert.equal(publicStatus('rejected'), 'Rejected');
  assert.equal(publicStatus('abandoned'), 'Canceled');
});

test('no state is live and closed at once', () => {
  assert.deepEqual(
    STATUSES.filter((status) => isLive(status) && isClosed(status)),
    [],
  );
});

test('the table admits exactly the states the code knows', () => {
  const inTable = namesIn(/status IN \(([^)]*'refunded'[^)]*)\)/.exec(migration)?.[1]);
  assert.deepEqual(inTable, [...STATUSES].sort());
  assert.ok(STATUSES.every(isAttemptStatus));
  assert.equal(isAttemptStatus('toString'), false);
});

test('the unique index covers exactly the live states', () => {
  const inIndex = namesIn(/payment_attempt_one_live[^;]*WHERE status IN \(([^)]*)\)/.exec(migration)?.[1]);
  assert.deepEqual(inIndex, STATUSES.filter(isLive).sort());
});

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { type AttemptStatus, isAttemptStatus, isClosed, isLive, publicStatus, statesBefore } from './attempt.ts';

const STATUSES = [
  'processing',
  'unknown',
  'approved',
  'rejected',
  'abandoned',
  'waiting_for_deposit',
  'refund_pending',
  'refunded',
] as const satisfies AttemptStatus[];

const migration = readFileSync(new URL('../../migrations/001_payments.sql', import.meta.url), 'utf8');
const namesIn = (list: string | undefined) => [...(list ?? '').matchAll(/'([a-z_]+)'/g)].map(([, name]) => name).sort();

test('only what is open can be settled, and what is settled stays so', () => {
  assert.deepEqual(statesBefore('approved'), ['processing', 'unknown']);
  assert.deepEqual(statesBefore('rejected'), ['processing', 'unknown']);
  assert.deepEqual(statesBefore('unknown'), ['processing']);
  assert.deepEqual(statesBefore('abandoned'), ['processing']);
  assert.deepEqual(statesBefore('processing'), []);
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

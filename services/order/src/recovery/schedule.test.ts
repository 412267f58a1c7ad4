import assert from 'node:assert/strict';
import { test } from 'node:test';
import { backoffMs, scheduleAt } from './schedule.ts';

test('looks are ten seconds apart, then twice as far, up to one minute, or five for a deposit', () => {
  const schedule = scheduleAt(1);
  const latest = [0, 1, 2, 3, 4, 5, 6, 1_000].map((checks) => backoffMs(schedule, checks, () => 1));
  assert.deepEqual(latest, [10_000, 20_000, 40_000, 60_000, 60_000, 60_000, 60_000, 60_000]);
  assert.equal(
    backoffMs(schedule, 1_000, () => 1, schedule.maxDepositBackoffMs),
    300_000,
  );
});

test('the jitter is full, but for a second', () => {
  const schedule = scheduleAt(1);
  assert.equal(
    backoffMs(schedule, 3, () => 0),
    1_000,
  );
  assert.equal(
    backoffMs(schedule, 3, () => 0.5),
    30_000,
  );
});

test('a scale moves every time, but no lease under what a look takes', () => {
  const { firstLookMs, maxBackoffMs, leaseMs, stuckMs } = scheduleAt(0.01);
  assert.deepEqual([firstLookMs, maxBackoffMs, leaseMs, stuckMs], [100, 600, 2_000, 6_000]);
});

test('what was mended is noticed within 120 s, whichever worker died and however late it was in its looks', () => {
  const { maxBackoffMs, leaseMs, idleMs, awayMs } = scheduleAt(1);
  assert.ok(leaseMs + maxBackoffMs + idleMs + awayMs < 120_000);
});

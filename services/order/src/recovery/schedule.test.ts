import assert from 'node:assert/strict';
import { test } from 'node:test';
import { backoffMs, scheduleAt } from './schedule.ts';

test('looks are ten seconds apart, then twice as far, up to five minutes', () => {
  const schedule = scheduleAt(1);
  const latest = [0, 1, 2, 3, 4, 5, 6, 1_000].map((checks) => backoffMs(schedule, checks, () => 1));
  assert.deepEqual(latest, [10_000, 20_000, 40_000, 80_000, 160_000, 300_000, 300_000, 300_000]);
});

test('the jitter is full, but for a second', () => {
  const schedule = scheduleAt(1);
  assert.equal(
    backoffMs(schedule, 3, () => 0),
    1_000,
  );
  assert.equal(
    backoffMs(schedule, 3, () => 0.5),
    40_000,
  );
});

test('a scale moves every time, but no lease under what a look takes', () => {
  const { firstLookMs, maxBackoffMs, leaseMs, stuckMs } = scheduleAt(0.01);
  assert.deepEqual([firstLookMs, maxBackoffMs, leaseMs, stuckMs], [100, 3_000, 2_000, 6_000]);
});

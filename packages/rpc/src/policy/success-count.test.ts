import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SuccessCount } from './success-count.ts';

const counted = (everyMs: number, untilMs: number): SuccessCount => {
  const count = new SuccessCount(10_000, 0);
  for (let nowMs = 0; nowMs < untilMs; nowMs += everyMs) count.add(nowMs);
  return count;
};

test('what is younger than a window counts, whenever one looks', () => {
  for (const untilMs of [1_000, 9_999, 10_000, 14_000, 25_500, 100_000]) {
    const expected = Math.min(untilMs, 10_000) / 10;
    const got = counted(10, untilMs).within(untilMs);
    assert.ok(Math.abs(got - expected) <= 1, `${got} for ${expected} at ${untilMs}`);
  }
});

test('successes leave the window with time, and all of them after two', () => {
  const count = counted(10, 10_000);
  assert.deepEqual(
    [10_000, 15_000, 19_999, 20_000, 1_000_000].map((nowMs) => count.within(nowMs)),
    [1_000, 500, 0, 0, 0],
  );
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { deadlineFor, NESTED_SLACK_MS, NO_DEADLINE_MS, remainingForWire } from './deadline.ts';

test('a nested call gets what remains of its caller less the slack, when that is sooner', () => {
  assert.equal(deadlineFor(1_000, 500, undefined), 1_500);
  assert.equal(deadlineFor(1_000, 500, 1_200), 1_200 - NESTED_SLACK_MS);
  assert.equal(deadlineFor(1_000, 500, 9_000), 1_500);
  assert.equal(deadlineFor(1_000, Number.POSITIVE_INFINITY, 1_200), 1_200 - NESTED_SLACK_MS);
});

test('the wire carries whole milliseconds, 0 for what is over and the marker for none', () => {
  const cases: [deadline: number, now: number, wire: number][] = [
    [1_000.4, 1_000, 1],
    [2_000, 1_000, 1_000],
    [1_000, 1_000, 0],
    [900, 1_000, 0],
    [Number.POSITIVE_INFINITY, 1_000, NO_DEADLINE_MS],
    [NO_DEADLINE_MS + 1_000, 1_000, NO_DEADLINE_MS],
    [NO_DEADLINE_MS + 999, 1_000, NO_DEADLINE_MS - 1],
  ];
  for (const [deadline, now, wire] of cases)
    assert.equal(remainingForWire(deadline, now), wire, `${deadline} at ${now}`);
});

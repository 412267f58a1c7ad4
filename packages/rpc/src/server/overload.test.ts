import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CRITICALITIES, Overload } from './overload.ts';

const refusedAfter = (...delaysMs: readonly number[]): readonly string[] => {
  const overload = new Overload();
  for (const delayMs of delaysMs) overload.observe(delayMs);
  return CRITICALITIES.filter((criticality) => overload.refuses(criticality));
};

test('the later the event loop, the more critical a call must be to be served', () => {
  assert.deepEqual(refusedAfter(100, 100), []);
  assert.deepEqual(refusedAfter(101, 101), ['sheddable']);
  assert.deepEqual(refusedAfter(251, 251), ['sheddable', 'sheddable_plus']);
  assert.deepEqual(refusedAfter(60_000, 60_000), ['sheddable', 'sheddable_plus', 'critical']);
});

test('a call that does not say how critical it is counts as critical', () => {
  const overload = new Overload();
  for (const delayMs of [300, 300]) overload.observe(delayMs);
  assert.equal(overload.refuses(undefined), false);
  overload.observe(600);
  assert.equal(overload.refuses(undefined), true);
  assert.equal(overload.refuses('nonsense'), true);
});

test('one late window refuses nobody, and one that is not late ends it', () => {
  assert.deepEqual(refusedAfter(5_000), []);
  assert.deepEqual(refusedAfter(5_000, 10, 5_000), []);
  assert.deepEqual(refusedAfter(5_000, 5_000, 10), []);
  assert.deepEqual(refusedAfter(5_000, 5_000, Number.NaN), []);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Overload, refusedBelow } from './overload.ts';

test('the later the event loop, the more critical a call must be to be served', () => {
  const served = (delayMs: number): number => 4 - refusedBelow(delayMs);
  assert.deepEqual([0, 100, 101, 251, 501, 60_000].map(served), [4, 4, 3, 2, 1, 1]);
});

test('refuses nobody before it has seen a delay', () => {
  const overload = new Overload();
  assert.equal(overload.active, false);
  assert.equal(overload.refuses('sheddable'), false);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fullJitterMs } from './backoff.ts';

const backoff = { baseMs: 100, factor: 2, capMs: 1_000 };

test('the bound doubles from the base up to the cap', () => {
  const bounds = [1, 2, 3, 4, 5, 60].map((n) => fullJitterMs(backoff, n, () => 1));
  assert.deepEqual(bounds, [100, 200, 400, 800, 1_000, 1_000]);
});

test('the delay is drawn from zero to the bound', () => {
  assert.equal(
    fullJitterMs(backoff, 3, () => 0),
    0,
  );
  assert.equal(
    fullJitterMs(backoff, 3, () => 0.25),
    100,
  );
});

test('ten thousand failures in a row still give a delay', () => {
  assert.equal(
    fullJitterMs(backoff, 10_000, () => 0.5),
    500,
  );
});

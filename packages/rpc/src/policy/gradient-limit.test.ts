import assert from 'node:assert/strict';
import { test } from 'node:test';
import { GradientLimit } from './gradient-limit.ts';

const fed = (limit: GradientLimit, latencyMs: number, times: number): GradientLimit => {
  for (let i = 0; i < times; i += 1) limit.observe(latencyMs, limit.limit);
  return limit;
};

test('rises while latency stays as it was, up to its maximum', () => {
  assert.equal(fed(new GradientLimit({ min: 20, max: 60 }), 10, 500).limit, 60);
});

test('sinks when calls take longer than they long did, and never below its minimum', () => {
  const limit = fed(new GradientLimit({ min: 20, max: 500 }), 10, 300);
  const before = limit.limit;
  fed(limit, 200, 20);
  assert.ok(limit.limit < before / 2, `${limit.limit} of ${before}`);
  fed(limit, 5_000, 200);
  assert.ok(limit.limit >= 20);
});

test('learns nothing from a server with half its places empty', () => {
  const limit = fed(new GradientLimit({ min: 20, max: 500 }), 10, 100);
  const before = limit.limit;
  for (let i = 0; i < 100; i += 1) limit.observe(10, 1);
  assert.equal(limit.limit, before);
});

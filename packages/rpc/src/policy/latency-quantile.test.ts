import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LatencyQuantile } from './latency-quantile.ts';

test('is infinite until it knows enough, then the quantile of the last latencies', () => {
  const p95 = new LatencyQuantile(0.95);
  for (let i = 1; i < 20; i += 1) p95.observe(i);
  assert.equal(p95.valueMs(0), Number.POSITIVE_INFINITY);
  for (let i = 20; i <= 100; i += 1) p95.observe(i);
  assert.equal(p95.valueMs(0), 96);
});

test('is computed anew only every few seconds, and forgets old latencies', () => {
  const p95 = new LatencyQuantile(0.95);
  for (let i = 0; i < 100; i += 1) p95.observe(100);
  assert.equal(p95.valueMs(0), 100);
  for (let i = 0; i < 256; i += 1) p95.observe(1);
  assert.equal(p95.valueMs(1_000), 100);
  assert.equal(p95.valueMs(3_000), 1);
});

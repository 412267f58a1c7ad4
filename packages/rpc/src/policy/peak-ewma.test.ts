import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PeakEwma } from './peak-ewma.ts';

test('rises with the first slow answer and sinks slowly', () => {
  const latency = new PeakEwma();
  latency.observe(10, 0);
  latency.observe(100, 1);
  const peak = latency.load(0, 1);
  assert.ok(peak > 95, `${peak}`);
  latency.observe(10, 100);
  assert.ok(latency.load(0, 100) > 90, 'one fast answer does not make up for it');
  for (let at = 1_000; at <= 30_000; at += 1_000) latency.observe(10, at);
  assert.ok(latency.load(0, 30_000) < 20);
});

test('counts what is pending, and does not take an unknown endpoint with calls for a fast one', () => {
  const known = new PeakEwma();
  known.observe(10, 0);
  assert.ok(known.load(3, 0) > known.load(0, 0) * 3.9);
  const unknown = new PeakEwma();
  assert.equal(unknown.load(0, 0), 0);
  assert.ok(unknown.load(1, 0) > known.load(1, 0));
});

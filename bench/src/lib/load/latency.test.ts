import { ok } from 'node:assert/strict';
import { test } from 'node:test';
import { LatencyRecorder } from './latency.ts';

const about = (actual: number, expected: number): void =>
  ok(Math.abs(actual - expected) <= expected / 500, `${actual} is not ${expected} at three digits`);

test('percentiles are right at three digits, from microseconds to minutes', () => {
  const recorder = new LatencyRecorder();
  for (let call = 1; call <= 10_000; call += 1) recorder.record(call / 1_000);
  recorder.record(90_000);
  const { p50Ms, p99Ms, p999Ms, maxMs } = recorder.summary();
  about(p50Ms, 5);
  about(p99Ms, 9.9);
  about(p999Ms, 9.99);
  about(maxMs, 90_000);
});

test('a call faster than the clock counts as one nanosecond, not as an error', () => {
  const recorder = new LatencyRecorder();
  recorder.record(0);
  about(recorder.summary().p50Ms, 1e-6);
});

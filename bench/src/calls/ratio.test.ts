import { deepEqual } from 'node:assert/strict';
import { test } from 'node:test';
import { ratiosOf } from './ratio.ts';
import type { Sample } from './sample.ts';

const sample = (round: number, target: string, calls: number, inFlight = 64): Sample => ({
  round,
  target,
  workload: 'products',
  inFlight,
  ratePerSecond: 0,
  calls,
  elapsedMs: 1_000,
  cpuUs: 0,
  rssBytes: 0,
  serverCpuUs: 0,
  serverRssBytes: 0,
  p50Ms: 0,
  p99Ms: 0,
  p999Ms: 0,
  maxMs: 0,
});

test('targets are compared within a round, under the same load, and only where both were measured', () => {
  const samples = [
    sample(1, 'a', 30),
    sample(1, 'b', 10),
    sample(2, 'b', 100),
    sample(2, 'a', 200),
    sample(3, 'a', 7),
    sample(1, 'a', 999, 1),
  ];
  const pick = ({ calls }: Sample): number => calls;
  deepEqual(ratiosOf(samples, { workload: 'products', load: { inFlight: 64 }, ours: 'a', theirs: 'b', pick }), [3, 2]);
});

import { equal, ok, rejects } from 'node:assert/strict';
import { test } from 'node:test';
import { LatencyRecorder } from './latency.ts';
import { openLoop } from './open-loop.ts';

const check = (): void => undefined;

test('a stall is felt by every call that became due in it', async () => {
  const waitsMs: number[] = [];
  const latency = { record: (ms: number) => waitsMs.push(ms) } as unknown as LatencyRecorder;
  let calls = 0;
  const call = async (): Promise<void> => {
    calls += 1;
    if (calls > 1) return;
    // The whole process stands still, as in a collection of garbage.
    for (const untilMs = performance.now() + 40; performance.now() < untilMs; );
  };
  const result = await openLoop({ call, check, ratePerSecond: 1_000, forMs: 60, latency });
  equal(result.calls, 60);
  equal(result.held, true);
  // The twenty calls that became due in the first half of the stall waited for its second half at least.
  ok(waitsMs.filter((ms) => ms >= 19).length >= 20, waitsMs.join(' '));
});

test('a rate that is not answered is given up, not queued for ever', async () => {
  const waiting: (() => void)[] = [];
  const call = (): Promise<void> =>
    new Promise((resolve) => {
      waiting.push(resolve);
      if (waiting.length < 10) return;
      // The eleventh is due by then, and the loop looks before anybody is answered.
      for (const untilMs = performance.now() + 1; performance.now() < untilMs; );
      setImmediate(() => {
        for (const answer of waiting) setImmediate(answer);
      });
    });
  const result = await openLoop({ call, check, ratePerSecond: 10_000, forMs: 1_000, maxInFlight: 10 });
  equal(result.held, false);
  equal(result.calls, 10);
});

test('a wrong answer ends the run', async () => {
  const wrong = (): void => {
    throw new Error('wrong answer');
  };
  const latency = new LatencyRecorder();
  await rejects(
    openLoop({ call: async () => 1, check: wrong, ratePerSecond: 1_000, forMs: 5, latency }),
    /wrong answer/,
  );
});

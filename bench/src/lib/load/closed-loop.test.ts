import { equal, ok, rejects } from 'node:assert/strict';
import { test } from 'node:test';
import { closedLoop } from './closed-loop.ts';

test('keeps the number of calls asked for under way, and no more', async () => {
  let underWay = 0;
  let most = 0;
  const call = async (): Promise<void> => {
    underWay += 1;
    most = Math.max(most, underWay);
    await new Promise(setImmediate);
    underWay -= 1;
  };
  const calls = await closedLoop({ call, check: () => undefined, inFlight: 8, forMs: 20 });
  equal(most, 8);
  equal(underWay, 0);
  ok(calls >= 8);
});

test('a wrong answer ends the run', async () => {
  const check = (answer: unknown): void => {
    if (answer !== 'right') throw new Error('wrong answer');
  };
  await rejects(closedLoop({ call: async () => 'left', check, inFlight: 2, forMs: 20 }), /wrong answer/);
});

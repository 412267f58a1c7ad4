import assert from 'node:assert/strict';
import { test } from 'node:test';
import { currentContext, withContext } from 'cmdrpc';
import { Ticker } from './ticker.ts';

test('a job that a call nudges runs outside of that call, then and later', async () => {
  const contexts: unknown[] = [];
  const twice = Promise.withResolvers<void>();
  const ticker = new Ticker(async () => {
    contexts.push(currentContext());
    if (contexts.length === 4) twice.resolve();
  }, 1);
  withContext({ timeoutMs: 1_000 }, () => {
    ticker.start();
    ticker.nudge();
  });
  await twice.promise;
  await ticker.stop();
  assert.deepEqual(new Set(contexts), new Set([undefined]));
});

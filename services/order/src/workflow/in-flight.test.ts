import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createInFlight } from './in-flight.ts';

test('idle waits for everything that runs, also for what was added meanwhile and what fails', async () => {
  const inFlight = createInFlight();
  const first = Promise.withResolvers<void>();
  const second = Promise.withResolvers<void>();
  const done: string[] = [];
  void inFlight.track(first.promise.then(() => done.push('first')));
  const idle = inFlight.idle().then(() => done.push('idle'));
  const failing = inFlight.track(
    second.promise.then(() => {
      done.push('second');
      throw new Error('it failed');
    }),
  );
  first.resolve();
  await first.promise;
  second.resolve();
  await assert.rejects(failing);
  await idle;
  assert.deepEqual(done, ['first', 'second', 'idle']);
});

test('nothing running is idle at once', () => createInFlight().idle());

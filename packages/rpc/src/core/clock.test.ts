import assert from 'node:assert/strict';
import { test } from 'node:test';
import { systemClock } from './clock.ts';

test('a timer beyond what the runtime takes waits instead of firing at once', async () => {
  const fired: string[] = [];
  const never = systemClock.setTimer(() => fired.push('never'), Number.POSITIVE_INFINITY);
  const month = systemClock.setTimer(() => fired.push('month'), 2 ** 33);
  await new Promise<void>((resolve) => systemClock.setTimer(resolve, 20));
  systemClock.clearTimer(never);
  systemClock.clearTimer(month);
  assert.deepEqual(fired, []);
});

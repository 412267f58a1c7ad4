import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Pauses } from './pauses.ts';

test('closing ends every pause, and later ones at once', async () => {
  const pauses = new Pauses();
  const waiting = [pauses.wait(60_000), pauses.wait(60_000)];
  pauses.close();
  assert.deepEqual(await Promise.all(waiting), ['closing', 'closing']);
  assert.equal(await pauses.wait(60_000), 'closing');
});

test('a request beyond 1000 waiting ones is refused instead of kept', async () => {
  const pauses = new Pauses();
  const waiting = Array.from({ length: 1_000 }, () => pauses.wait(60_000));
  await assert.rejects(pauses.wait(60_000), { code: 'FAILED_INTERNAL_SYSTEM_PROCESSING' });
  pauses.close();
  await Promise.all(waiting);
});

test('a pause of nothing does not count', async () => {
  assert.equal(await new Pauses().wait(0), 'elapsed');
  assert.equal(await new Pauses().wait(1), 'elapsed');
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createTurnstile, TurnstileFull } from './turnstile.ts';

function held() {
  const { promise, resolve } = Promise.withResolvers<void>();
  return { work: () => promise, release: resolve };
}

test('runs so many at once, lets so many wait in order, and refuses the rest', async () => {
  const turnstile = createTurnstile({ atOnce: 1, maxWaiting: 2 });
  const order: string[] = [];
  const first = held();
  const running = turnstile.pass(first.work);
  const waiting = ['a', 'b'].map((name) => turnstile.pass(async () => order.push(name)));
  await assert.rejects(
    turnstile.pass(async () => order.push('c')),
    TurnstileFull,
  );
  assert.deepEqual(order, []);
  first.release();
  await Promise.all([running, ...waiting]);
  assert.deepEqual(order, ['a', 'b']);
});

test('frees the place of work that fails', async () => {
  const turnstile = createTurnstile({ atOnce: 1, maxWaiting: 0 });
  await assert.rejects(
    turnstile.pass(() => Promise.reject(new Error('broken'))),
    /broken/,
  );
  assert.equal(await turnstile.pass(async () => 'next'), 'next');
});

test('a caller that gives up leaves the queue and its work undone', async () => {
  const turnstile = createTurnstile({ atOnce: 1, maxWaiting: 1 });
  const first = held();
  const running = turnstile.pass(first.work);
  const caller = new AbortController();
  const ran: string[] = [];
  const given = turnstile.pass(async () => ran.push('given up'), caller.signal);
  caller.abort(new Error('gone'));
  await assert.rejects(given, /gone/);
  const next = turnstile.pass(async () => ran.push('next'));
  first.release();
  await Promise.all([running, next]);
  assert.deepEqual(ran, ['next']);
});

test('a caller that has gone already is not served', async () => {
  const turnstile = createTurnstile({ atOnce: 1, maxWaiting: 1 });
  await assert.rejects(
    turnstile.pass(async () => 'served', AbortSignal.abort(new Error('gone'))),
    /gone/,
  );
});

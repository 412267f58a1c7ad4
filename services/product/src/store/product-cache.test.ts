import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createProductCache } from './product-cache.ts';
import type { Product } from './products.ts';

const TTL_MS = 1_000;

/** A catalogue whose reads are answered when the test says so. */
function startCache({ ttlMs = TTL_MS, maxEntries = 100 } = {}) {
  const prices = new Map([
    ['a', 1],
    ['b', 2],
    ['c', 3],
  ]);
  const asked: string[][] = [];
  const held: (() => void)[] = [];
  // As in a process that has been running: the cache takes a start of 0 for none.
  const state = { nowMs: 1, hold: false, fail: false };
  const find = async (ids: readonly string[]): Promise<Product[]> => {
    asked.push([...ids]);
    // The database looks when it is asked, however late its answer arrives.
    const found = ids.flatMap((id) => {
      const price = prices.get(id);
      return price === undefined ? [] : [{ id, name: id, price }];
    });
    if (state.hold) await new Promise<void>((resolve) => held.push(resolve));
    if (state.fail) throw new Error('database is down');
    return found;
  };
  const cache = createProductCache({ find, ttlMs, maxEntries, now: () => state.nowMs });
  const priceOf = async (id: string) => (await cache.byIds([id]))[0]?.price;
  return { cache, prices, asked, held, state, priceOf };
}

test('reads what is asked for again and again once, until it is too old', async () => {
  const { asked, prices, priceOf, state } = startCache();
  for (let time = 0; time < 5; time++) assert.equal(await priceOf('a'), 1);
  assert.deepEqual(asked, [['a']]);
  prices.set('a', 9);
  state.nowMs += TTL_MS;
  assert.equal(await priceOf('a'), 1);
  state.nowMs += 1;
  assert.equal(await priceOf('a'), 9);
});

test('age counts from the start of a read, not from its answer', async () => {
  const { asked, held, priceOf, state } = startCache();
  state.hold = true;
  const slow = priceOf('a');
  state.nowMs += TTL_MS - 1;
  held[0]?.();
  await slow;
  state.hold = false;
  state.nowMs += 2;
  await priceOf('a');
  assert.equal(asked.length, 2);
});

test('callers at the same time share a read, and only what nobody reads yet is read', async () => {
  const { asked, cache, held, state } = startCache();
  state.hold = true;
  const calls = [cache.byIds(['a', 'b']), cache.byIds(['B', 'a', 'a']), cache.byIds(['b', 'c'])];
  for (const release of held) release();
  const answers = await Promise.all(calls);
  assert.deepEqual(asked, [['a', 'b'], ['c']]);
  assert.deepEqual(
    answers.map((products) => products.map(({ id }) => id).sort()),
    [
      ['a', 'b'],
      ['a', 'b'],
      ['b', 'c'],
    ],
  );
});

test('what is forgotten is read anew, all or one', async () => {
  const { asked, cache, prices, priceOf } = startCache();
  await cache.byIds(['a', 'b']);
  prices.set('a', 9);
  cache.forget('a');
  assert.equal(await priceOf('a'), 9);
  assert.equal(await priceOf('b'), 2);
  assert.deepEqual(asked, [['a', 'b'], ['a']]);
  cache.forget();
  await cache.byIds(['a', 'b']);
  assert.deepEqual(asked.at(-1), ['a', 'b']);
});

for (const [what, id] of [
  ['that product', 'a'],
  ['everything', undefined],
] as const)
  test(`a read that began before ${what} was forgotten is neither shared nor kept`, async () => {
    const { cache, held, prices, priceOf, state } = startCache();
    state.hold = true;
    const early = priceOf('a');
    prices.set('a', 9);
    cache.forget(id);
    state.hold = false;
    assert.equal(await priceOf('a'), 9);
    held[0]?.();
    await early;
    assert.equal(await priceOf('a'), 9);
  });

test('an unknown id is never remembered, neither as known nor as unknown', async () => {
  const { asked, prices, priceOf } = startCache();
  assert.equal(await priceOf('new'), undefined);
  assert.equal(await priceOf('new'), undefined);
  assert.equal(asked.length, 2);
  prices.set('new', 7);
  assert.equal(await priceOf('new'), 7);
});

test('a failed read fails those who share it and nobody after', async () => {
  const { asked, priceOf, state } = startCache();
  state.fail = true;
  const calls = await Promise.allSettled([priceOf('a'), priceOf('a')]);
  assert.deepEqual(
    calls.map(({ status }) => status),
    ['rejected', 'rejected'],
  );
  assert.equal(asked.length, 1);
  state.fail = false;
  assert.equal(await priceOf('a'), 1);
});

test('keeps so many and no more', async () => {
  const { asked, cache, priceOf } = startCache({ maxEntries: 2 });
  await cache.byIds(['a', 'b', 'c']);
  await priceOf('c');
  await priceOf('a');
  assert.deepEqual(asked, [['a', 'b', 'c'], ['a']]);
});

test('a life of zero reads every time', async () => {
  const { asked, cache } = startCache({ ttlMs: 0 });
  await cache.byIds(['A', 'a']);
  await cache.byIds(['a']);
  assert.deepEqual(asked, [['a'], ['a']]);
});

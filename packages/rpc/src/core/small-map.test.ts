import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SmallMap } from './small-map.ts';

test('every entry is found by its key until it is taken out, whichever goes first', () => {
  for (const order of [
    [1, 2, 3],
    [3, 2, 1],
    [2, 3, 1],
  ]) {
    const map = new SmallMap<number, { readonly of: number }>();
    const values = [1, 2, 3].map((of) => ({ of }));
    for (const value of values) map.set(value.of, value);
    assert.deepEqual([map.size, map.get(4)], [3, undefined]);
    for (const [index, key] of order.entries()) {
      assert.equal(map.get(key), values[key - 1]);
      map.delete(key);
      assert.deepEqual([map.size, map.get(key)], [2 - index, undefined]);
    }
    assert.deepEqual(map.values(), []);
  }
});

test('a place that became free is taken again, and the others keep theirs', () => {
  const map = new SmallMap<number, string>();
  map.set(1, 'first');
  map.set(2, 'second');
  map.delete(1);
  map.set(3, 'third');
  assert.deepEqual([map.get(2), map.get(3), map.size], ['second', 'third', 2]);
  assert.deepEqual(new Set(map.values()), new Set(['second', 'third']));
  map.delete(9);
  assert.equal(map.size, 2);
});

test('entries are found by their keys, in whatever order and however far apart', () => {
  const map = new SmallMap<number, string>();
  assert.deepEqual([map.size, map.has(1), map.get(1)], [0, false, undefined]);
  const numbers = [1, 2, 65_535, 3, 7];
  for (const number of numbers) map.set(number, `cmd-${number}`);
  assert.equal(map.size, numbers.length);
  for (const number of numbers) assert.equal(map.get(number), `cmd-${number}`);
  assert.deepEqual([map.get(0), map.get(4), map.has(65_534)], [undefined, undefined, false]);
});

test('a key that is set again has the later value and counts once, also when the first place is free', () => {
  const map = new SmallMap<number, string>();
  map.set(9, 'a');
  map.set(9, 'b');
  assert.deepEqual([map.size, map.get(9)], [1, 'b']);
  map.set(8, 'c');
  map.delete(9);
  map.set(8, 'd');
  assert.deepEqual([map.size, map.get(8), map.values()], [1, 'd', ['d']]);
});

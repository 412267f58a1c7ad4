import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Bulkhead } from './bulkhead.ts';

test('entries beyond the places wait in order, and beyond the queue are refused', () => {
  const admitted: string[] = [];
  const bulkhead = new Bulkhead<string>({ maxInFlight: 1, maxQueued: 2 }, (entry) => admitted.push(entry));
  assert.deepEqual(
    ['a', 'b', 'c', 'd'].map((entry) => bulkhead.enter(entry)),
    ['run', 'wait', 'wait', 'refuse'],
  );
  bulkhead.leave();
  assert.deepEqual(admitted, ['b']);
  assert.equal(bulkhead.taken, 1);
  bulkhead.leave();
  bulkhead.leave();
  assert.deepEqual(admitted, ['b', 'c']);
  assert.equal(bulkhead.taken, 0);
});

test('one that gives up frees its place in the queue, once', () => {
  const admitted: string[] = [];
  const bulkhead = new Bulkhead<string>({ maxInFlight: 1, maxQueued: 1 }, (entry) => admitted.push(entry));
  bulkhead.enter('a');
  bulkhead.enter('b');
  assert.equal(bulkhead.withdraw('b'), true);
  assert.equal(bulkhead.withdraw('b'), false);
  assert.equal(bulkhead.withdraw('a'), false);
  assert.equal(bulkhead.enter('c'), 'wait');
  bulkhead.leave();
  assert.deepEqual(admitted, ['c']);
});

test('a queue of 0 refuses at once', () => {
  const bulkhead = new Bulkhead<string>({ maxInFlight: 1, maxQueued: 0 }, () => assert.fail('nothing waited'));
  bulkhead.enter('a');
  assert.equal(bulkhead.enter('b'), 'refuse');
});

test('a queue whose every entry ends at once drains without growing the stack', () => {
  let ended = 0;
  const bulkhead = new Bulkhead<number>({ maxInFlight: 1, maxQueued: 100_000 }, () => {
    ended += 1;
    bulkhead.leave();
  });
  for (let entry = 0; entry <= 100_000; entry += 1) bulkhead.enter(entry);
  bulkhead.leave();
  assert.equal(ended, 100_000);
  assert.equal(bulkhead.taken, 0);
  assert.equal(bulkhead.queued, 0);
});

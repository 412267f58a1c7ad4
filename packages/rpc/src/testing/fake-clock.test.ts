import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fakeClock } from './fake-clock.ts';

test('timers run in order of their instants, each at its own, ties in order of setting', async () => {
  const clock = fakeClock(100);
  const seen: [string, number][] = [];
  const note = (name: string) => () => seen.push([name, clock.now()]);
  clock.setTimer(note('c'), 30);
  clock.setTimer(note('a'), 10);
  clock.setTimer(note('b'), 10);
  await clock.advance(50);
  assert.deepEqual(seen, [
    ['a', 110],
    ['b', 110],
    ['c', 130],
  ]);
  assert.equal(clock.now(), 150);
});

test('what a timer sets inside the span runs in the same advance', async () => {
  const clock = fakeClock();
  const seen: number[] = [];
  const again = (): void => {
    seen.push(clock.now());
    if (seen.length < 4) clock.setTimer(again, 5);
  };
  clock.setTimer(again, 5);
  await clock.advance(12);
  assert.deepEqual(seen, [5, 10]);
  assert.equal(clock.pending, 1);
});

test('promises a timer resolves settle before time moves on', async () => {
  const clock = fakeClock();
  const seen: string[] = [];
  const wait = (ms: number) => new Promise<void>((resolve) => clock.setTimer(resolve, ms));
  void wait(10).then(() => seen.push(`first at ${clock.now()}`));
  clock.setTimer(() => seen.push(`second at ${clock.now()}`), 11);
  await clock.advance(20);
  assert.deepEqual(seen, ['first at 10', 'second at 11']);
});

test('a cleared timer never runs, and a negative delay means now', async () => {
  const clock = fakeClock();
  let ran = 0;
  clock.clearTimer(clock.setTimer(() => assert.fail('cleared'), 1));
  clock.setTimer(() => (ran += 1), -5);
  await clock.advance(0);
  assert.equal(ran, 1);
  await clock.advance(10);
  assert.equal(clock.pending, 0);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fakeClock } from '../testing/fake-clock.ts';
import { type Expirable, TimerWheel } from './timer-wheel.ts';

const entry = (expiresAt: number, onExpire: () => void): Expirable => ({
  expiresAt,
  wheelPrevious: undefined,
  wheelNext: undefined,
  wheelBucket: -1,
  onExpire,
});

test('entries expire within two ticks after their instant and never before', async () => {
  const clock = fakeClock(3);
  const wheel = new TimerWheel(clock);
  const late: number[] = [];
  for (let at = 4; at < 25_000; at += 37) wheel.add(entry(at, () => late.push(clock.now() - at)));
  const { size } = wheel;
  await clock.advance(25_020);
  assert.equal(late.length, size);
  assert.ok(Math.min(...late) >= 0, `early by ${Math.min(...late)}`);
  assert.ok(Math.max(...late) < 20, `late by ${Math.max(...late)}`);
});

test('an entry more than a round away waits for its own round', async () => {
  const clock = fakeClock();
  const wheel = new TimerWheel(clock);
  let expiredAt = 0;
  wheel.add(entry(31_005, () => (expiredAt = clock.now())));
  await clock.advance(31_000);
  assert.equal(expiredAt, 0);
  await clock.advance(20);
  assert.equal(expiredAt, 31_010);
});

test('one already past expires with the next tick', async () => {
  const clock = fakeClock(500);
  const wheel = new TimerWheel(clock);
  let expired = 0;
  wheel.add(entry(100, () => (expired += 1)));
  await clock.advance(10);
  assert.equal(expired, 1);
});

test('removing works in any order, twice, and after expiry', async () => {
  const clock = fakeClock();
  const wheel = new TimerWheel(clock);
  let expired = 0;
  // The same bucket, so that first, middle and last are unlinked.
  const entries = Array.from({ length: 5 }, () => entry(50, () => (expired += 1)));
  for (const each of entries) wheel.add(each);
  for (const index of [2, 0, 4, 2]) wheel.remove(entries[index] as Expirable);
  assert.equal(wheel.size, 2);
  await clock.advance(100);
  assert.equal(expired, 2);
  for (const each of entries) wheel.remove(each);
  assert.equal(wheel.size, 0);
});

test('an expiry may add and remove entries of the bucket being swept', async () => {
  const clock = fakeClock();
  const wheel = new TimerWheel(clock);
  const seen: string[] = [];
  const victim = entry(10_300, () => seen.push('victim'));
  const later = entry(10_260, () => seen.push('later'));
  wheel.add(
    entry(20, () => {
      seen.push('first');
      wheel.remove(victim);
      wheel.add(later);
    }),
  );
  wheel.add(victim);
  await clock.advance(11_000);
  assert.deepEqual(seen, ['first', 'later']);
});

test('after a freeze every overdue entry expires at once', async () => {
  const clock = fakeClock();
  let frozenMs = 0;
  const wheel = new TimerWheel({ ...clock, now: () => clock.now() + frozenMs });
  let expired = 0;
  for (let at = 10; at <= 40_000; at += 10) wheel.add(entry(at, () => (expired += 1)));
  frozenMs = 60_000;
  await clock.advance(10);
  assert.equal(expired, 4_000);
});

test('no timer runs while nothing waits', async () => {
  const clock = fakeClock();
  const wheel = new TimerWheel(clock);
  assert.equal(clock.pending, 0);
  const alone = entry(1_000, () => undefined);
  wheel.add(alone);
  assert.equal(clock.pending, 1);
  wheel.remove(alone);
  await clock.advance(20);
  assert.equal(clock.pending, 0);
});

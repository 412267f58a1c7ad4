import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CODES, type Code } from '../core/codes.ts';
import { RpcError, systemError } from '../core/errors.ts';
import { Breaker } from './breaker.ts';
import { type BreakerOptions, DEFAULT_BREAKER } from './breaker-options.ts';
import { type BreakerOutcome, type BreakerState, breakerOutcome, REFUSED } from './breaker-outcome.ts';

/** opossum judges a failure in a later microtask. */
const settled = () => new Promise((resolve) => setImmediate(resolve));

const breakerWith = (options: BreakerOptions = {}) => {
  const time = { nowMs: 0 };
  const states: BreakerState[] = [];
  const breaker = new Breaker(
    { ...DEFAULT_BREAKER, ...options },
    { now: () => time.nowMs },
    { onBreakerState: (state) => void states.push(state) },
  );
  const one = (outcome: BreakerOutcome) => breaker.settle(breaker.tryAcquire(), outcome);
  const fail = (times: number) => {
    for (let n = 0; n < times; n += 1) one('fail');
  };
  return { breaker, time, states, one, fail };
};

const NEVER_IN_A_ROW = { consecutiveFailures: 1_000_000 };

test('one failure does not open it, nor do few among many', async () => {
  const { breaker, one, fail } = breakerWith();
  fail(1);
  await settled();
  assert.equal(breaker.state, 'closed');
  for (let n = 0; n < 100; n += 1) one(n % 3 === 0 ? 'fail' : 'ok');
  await settled();
  assert.equal(breaker.state, 'closed');
});

test('five failures in a row open it at once, and a success between starts the count again', () => {
  const { breaker, one, fail } = breakerWith();
  fail(4);
  one('ok');
  fail(4);
  assert.equal(breaker.state, 'closed');
  fail(1);
  assert.equal(breaker.state, 'open');
  assert.equal(breaker.tryAcquire(), REFUSED);
});

test('successes from before the first failure count, as long as the window is', async () => {
  for (const [waitMs, failures] of [
    [0, 100],
    [5_000, 50],
    [30_000, 19],
  ] as const) {
    const { breaker, time, one, fail } = breakerWith(NEVER_IN_A_ROW);
    for (let n = 0; n < 100; n += 1) {
      time.nowMs += 100;
      one('ok');
    }
    time.nowMs += waitMs;
    fail(failures);
    await settled();
    assert.equal(breaker.state, 'closed', `${failures} failures ${waitMs} ms later`);
    fail(2);
    await settled();
    assert.equal(breaker.state, 'open', `${failures + 2} failures ${waitMs} ms later`);
  }
});

test('over half of a window of twenty opens it, and a window of nineteen does not', async () => {
  for (const [total, state] of [
    [19, 'closed'],
    [20, 'open'],
  ] as const) {
    const { breaker, one } = breakerWith(NEVER_IN_A_ROW);
    for (let n = 0; n < total; n += 1) one(n < 8 ? 'ok' : 'fail');
    await settled();
    assert.equal(breaker.state, state, `${total} outcomes`);
  }
});

test('failures older than the window do not count', async () => {
  const { breaker, time, fail, one } = breakerWith(NEVER_IN_A_ROW);
  fail(15);
  await settled();
  for (let n = 0; n < 12; n += 1) {
    time.nowMs += 1_000;
    one('ok');
  }
  fail(8);
  await settled();
  assert.equal(breaker.state, 'closed');
});

test('neutral outcomes and local refusals neither open nor close it', async () => {
  const { breaker, time, one, fail } = breakerWith();
  for (let n = 0; n < 100; n += 1) one('neutral');
  await settled();
  assert.equal(breaker.state, 'closed');
  fail(5);
  time.nowMs = 5_000;
  for (let n = 0; n < 10; n += 1) one('neutral');
  assert.equal(breaker.state, 'half-open');
  for (let n = 0; n < 10; n += 1) assert.ok(breaker.tryAcquire() === REFUSED || n === 0);
});

test('calls in flight do not dilute the rate of those that ended', async () => {
  const { breaker, fail } = breakerWith(NEVER_IN_A_ROW);
  for (let n = 0; n < 30; n += 1) breaker.tryAcquire();
  fail(20);
  await settled();
  assert.equal(breaker.state, 'open');
});

test('a success from before the opening does not close a half-open circuit', () => {
  const { breaker, time, fail } = breakerWith({ probesToClose: 1 });
  const early = breaker.tryAcquire();
  fail(5);
  time.nowMs = 5_000;
  const probe = breaker.tryAcquire();
  breaker.settle(early, 'ok');
  assert.equal(breaker.state, 'half-open');
  breaker.settle(probe, 'ok');
  assert.equal(breaker.state, 'closed');
});

test('a failure from before the opening does not count against a circuit that healed', async () => {
  const { breaker, time, one, fail } = breakerWith();
  const early = Array.from({ length: 10 }, () => breaker.tryAcquire());
  fail(5);
  time.nowMs = 5_000;
  for (let n = 0; n < 3; n += 1) one('ok');
  for (const ticket of early) breaker.settle(ticket, 'fail');
  await settled();
  assert.equal(breaker.state, 'closed');
});

test('half-open lets one probe out at a time and closes after three', () => {
  const { breaker, time, states, fail } = breakerWith();
  fail(5);
  time.nowMs = 5_000;
  for (let n = 0; n < 3; n += 1) {
    const probe = breaker.tryAcquire();
    assert.notEqual(probe, REFUSED);
    assert.equal(breaker.tryAcquire(), REFUSED);
    breaker.settle(probe, 'ok');
  }
  assert.equal(breaker.state, 'closed');
  assert.deepEqual(states, ['open', 'half-open', 'closed']);
});

test('a probe that hangs gives up its place, and its late outcome is stale', () => {
  const { breaker, time, one, fail } = breakerWith({ probesToClose: 2 });
  fail(5);
  time.nowMs = 5_000;
  const hung = breaker.tryAcquire();
  time.nowMs += 4_999;
  assert.equal(breaker.tryAcquire(), REFUSED);
  time.nowMs += 1;
  const next = breaker.tryAcquire();
  assert.notEqual(next, REFUSED);
  breaker.settle(hung, 'fail');
  assert.equal(breaker.state, 'half-open');
  breaker.settle(next, 'ok');
  one('ok');
  assert.equal(breaker.state, 'closed');
});

test('a failed probe opens it for twice as long, up to the cap, and healing forgets that', () => {
  const { breaker, time, one, fail } = breakerWith();
  fail(5);
  for (const openMs of [5_000, 10_000, 20_000, 40_000, 60_000, 60_000]) {
    time.nowMs += openMs - 1;
    assert.equal(breaker.tryAcquire(), REFUSED, `after ${openMs - 1} ms`);
    time.nowMs += 1;
    one('fail');
    assert.equal(breaker.state, 'open');
  }
  time.nowMs += 60_000;
  for (let n = 0; n < 3; n += 1) one('ok');
  fail(5);
  time.nowMs += 5_000;
  assert.equal(breaker.state, 'half-open');
});

test('after it closed, the failures that opened it are forgotten', async () => {
  const { breaker, time, one, fail } = breakerWith();
  for (let n = 0; n < 30; n += 1) {
    fail(1);
    await settled();
    if (breaker.state === 'open') break;
  }
  time.nowMs = 5_000;
  for (let n = 0; n < 3; n += 1) one('ok');
  assert.equal(breaker.state, 'closed');
  for (let n = 0; n < 20; n += 1) one(n % 5 === 0 ? 'fail' : 'ok');
  await settled();
  assert.equal(breaker.state, 'closed');
});

test('a window full of failures, healed, is not opened again by one more', async () => {
  const { breaker, time, one, fail } = breakerWith(NEVER_IN_A_ROW);
  fail(25);
  await settled();
  assert.equal(breaker.state, 'open');
  time.nowMs = 5_000;
  for (let n = 0; n < 3; n += 1) one('ok');
  assert.equal(breaker.state, 'closed');
  fail(1);
  await settled();
  assert.equal(breaker.state, 'closed');
});

test('a new connection lets a probe through before the time is over', () => {
  const { breaker, one, fail } = breakerWith({ probesToClose: 1 });
  breaker.encourage();
  assert.equal(breaker.state, 'closed');
  fail(5);
  breaker.encourage();
  assert.equal(breaker.state, 'half-open');
  one('ok');
  assert.equal(breaker.state, 'closed');
});

test('after a new connection a relapse shuts out as briefly as the first time, however long the outage was', () => {
  const { breaker, time, one, fail } = breakerWith({ resetMs: 5_000, maxResetMs: 60_000 });
  fail(5);
  for (let relapse = 0; relapse < 5; relapse += 1) {
    time.nowMs += 60_000;
    one('fail');
  }
  time.nowMs += 59_999;
  assert.equal(breaker.state, 'open');
  breaker.encourage();
  one('fail');
  assert.equal(breaker.state, 'open');
  time.nowMs += 5_000;
  assert.equal(breaker.state, 'half-open');
});

test('a connection that is there again closes a circuit that opened because there was none', () => {
  const { breaker, time, one } = breakerWith();
  for (let n = 0; n < 5; n += 1) one('unreachable');
  assert.equal(breaker.state, 'open');
  time.nowMs = 5_000;
  one('unreachable');
  assert.equal(breaker.state, 'open');
  breaker.encourage();
  assert.equal(breaker.state, 'closed');
  for (const outcome of ['unreachable', 'fail', 'unreachable', 'unreachable', 'unreachable'] as const) one(outcome);
  breaker.encourage();
  assert.equal(breaker.state, 'half-open');
});

test('what an end says of the endpoint, for every code and delivery', () => {
  const failing: Code[] = ['unknown', 'deadline_exceeded', 'internal', 'unavailable', 'data_loss'];
  for (const code of Object.keys(CODES) as Code[]) {
    const outcome = (delivery: 'unsent' | 'unknown' | 'answered') =>
      breakerOutcome(new RpcError('x', { code, delivery }));
    assert.equal(outcome('unsent'), 'neutral', code);
    const expected = failing.includes(code)
      ? 'fail'
      : code === 'cancelled' || code === 'resource_exhausted'
        ? 'neutral'
        : 'ok';
    assert.equal(outcome('unknown'), expected, code);
    assert.equal(outcome('answered'), expected, code);
  }
  assert.equal(breakerOutcome(undefined), 'ok');
  const refused = systemError('connect_failed', 'x', { code: 'unavailable', delivery: 'unsent' });
  assert.equal(breakerOutcome(refused), 'unreachable');
});

test('it keeps no timer of its own', () => {
  const before = process.getActiveResourcesInfo().length;
  const breakers = Array.from({ length: 50 }, () => breakerWith().breaker);
  assert.equal(process.getActiveResourcesInfo().length, before);
  for (const breaker of breakers) breaker.shutdown();
});

test('what ends after the shutdown settles nothing', async () => {
  const { breaker, states } = breakerWith();
  const tickets = Array.from({ length: 10 }, () => breaker.tryAcquire());
  breaker.shutdown();
  for (const ticket of tickets) breaker.settle(ticket, 'fail');
  await settled();
  assert.deepEqual([breaker.state, states], ['closed', []]);
});

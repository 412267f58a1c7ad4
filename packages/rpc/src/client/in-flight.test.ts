import assert from 'node:assert/strict';
import { test } from 'node:test';
import { seeded } from '../testing/seeded.ts';
import { InFlight } from './in-flight.ts';
import { type ClientRoute, OutgoingCall } from './outgoing-call.ts';

const route: ClientRoute = {
  cmd: 'a',
  service: 'test',
  cmdBytes: Buffer.from('a'),
  kind: 'unary',
  effect: 'unsafe',
  timeoutMs: 1,
  payloads: undefined,
};
const call = () =>
  new OutgoingCall(route, undefined, {
    headers: undefined,
    waitForReady: false,
    unacknowledged: false,
    startedMs: 0,
    deadlineMs: 0,
  });

test('numbers grow from 1 and each call is taken once', () => {
  const inFlight = new InFlight();
  const [first, second] = [call(), call()];
  assert.equal(inFlight.add(first), 1);
  assert.equal(inFlight.add(second), 2);
  assert.equal(inFlight.take(1), first);
  assert.equal(inFlight.take(1), undefined);
  assert.equal(inFlight.take(0), undefined);
  assert.equal(inFlight.take(3), undefined);
  assert.equal(inFlight.size, 1);
  assert.equal(inFlight.lastId, 2);
});

test('a number whose slot a slow call holds is skipped, and no call is ever mistaken for another', () => {
  const inFlight = new InFlight();
  const slow = call();
  inFlight.add(slow);
  for (let n = 0; n < 1_000; n += 1) {
    const quick = call();
    const id = inFlight.add(quick);
    assert.notEqual(id % 64, 1);
    assert.equal(inFlight.take(id), quick);
  }
  assert.equal(inFlight.take(1), slow);
});

test('calls above a number are taken out oldest first', () => {
  const inFlight = new InFlight();
  const ids = Array.from({ length: 200 }, () => inFlight.add(call()));
  for (const id of ids) if (id % 3 === 0) inFlight.take(id);
  const above = inFlight.takeAbove(100).map(({ callId }) => callId);
  assert.deepEqual(
    above,
    ids.filter((id) => id > 100 && id % 3 !== 0),
  );
  assert.equal(inFlight.takeAbove(0).length, ids.filter((id) => id <= 100 && id % 3 !== 0).length);
  assert.equal(inFlight.size, 0);
});

test('it does what a map does, at any load', () => {
  for (let seed = 1; seed <= 20; seed += 1) {
    const random = seeded(seed);
    const inFlight = new InFlight();
    const model = new Map<number, OutgoingCall>();
    let lastId = 0;
    for (let step = 0; step < 3_000; step += 1) {
      const target = step < 1_500 ? 400 : 5;
      if (model.size === 0 || random() * 2 * target > model.size) {
        const added = call();
        const id = inFlight.add(added);
        assert.ok(id > lastId, `seed ${seed}`);
        lastId = id;
        model.set(id, added);
      } else {
        const ids = [...model.keys()];
        const id = ids[Math.floor(random() * ids.length)] ?? 0;
        assert.equal(inFlight.get(id), model.get(id), `seed ${seed}`);
        assert.equal(inFlight.take(id), model.get(id), `seed ${seed}`);
        model.delete(id);
      }
      assert.equal(inFlight.size, model.size, `seed ${seed}`);
    }
  }
});

import assert from 'node:assert/strict';
import { Socket } from 'node:net';
import { after, test } from 'node:test';
import { MongoClient } from 'mongodb';
import { uuidv7 } from 'uuidv7';
import { move, newOrder, type Order } from '../src/domain/order.ts';
import type { Refusal } from '../src/domain/refusal.ts';
import { type OrderDatabase, openOrderDatabase } from '../src/store/mongo.ts';
import { until } from './support/process.ts';
import { startDatabase } from './support/shop.ts';

const database = await startDatabase();
const client = new MongoClient(database.uri);
after(async () => {
  await client.close();
  await database.stop();
});
const { orders } = database;

const at = (seconds: number) => new Date(Date.UTC(2026, 10, 23, 6, 0, seconds));
const made = (userId = uuidv7(), createdAt = at(0)): Order =>
  newOrder(
    {
      orderId: uuidv7(),
      userId,
      items: [{ productId: uuidv7(), name: 'USB-C 케이블', price: 1_000 }],
      totalAmount: 1_000,
      address: { name: '홍길동', street: '세종대로 110', city: '서울', postalCode: '04524', country: 'KR' },
      payment: { method: 'CreditCard', last4: '4242' },
    },
    createdAt,
  );

test('an order comes back as it was stored', async () => {
  const order = made();
  await orders.insert(order);
  assert.deepEqual(await orders.find(order.orderId), order);
});

test('dates are stored as dates and the id as _id', async () => {
  const order = made();
  await orders.insert(order);
  const document = await client.db().collection<{ _id: string }>('orders').findOne({ _id: order.orderId });
  assert.ok(document !== null && 'createdAt' in document && document.createdAt instanceof Date);
  assert.equal('orderId' in document, false);
});

test('an id is taken once', async () => {
  const order = made();
  await orders.insert(order);
  assert.equal(await orders.insert({ ...order, userId: uuidv7() }), false);
  assert.deepEqual(await orders.find(order.orderId), order);
});

test('a compare-and-set writes once, with its history, and refuses what is out of date', async () => {
  const order = made();
  await orders.insert(order);
  const paid = move(order, 'paymentProcessed', { at: at(1), payment: { method: 'CreditCard', status: 'Approved' } });
  assert.equal(await orders.compareAndSet(order, paid), true);
  assert.deepEqual(await orders.find(order.orderId), paid);
  const failed = move(order, 'paymentFailed', { at: at(2) });
  assert.equal(await orders.compareAndSet(order, failed), false, 'the order it was computed from is gone');
  assert.deepEqual(await orders.find(order.orderId), paid);
  assert.equal(await orders.compareAndSet(made(), paid), false, 'an order that is not there');
});

test('of twenty writers at once one wins', async () => {
  const order = made();
  await orders.insert(order);
  const wins = await Promise.all(
    Array.from({ length: 20 }, (_, i) => orders.compareAndSet(order, move(order, 'paymentFailed', { at: at(i + 1) }))),
  );
  assert.equal(wins.filter(Boolean).length, 1);
  assert.equal((await orders.find(order.orderId))?.history.length, 3);
});

test("somebody else's order is not found", async () => {
  const order = made();
  await orders.insert(order);
  assert.equal(await orders.findOwn(order.orderId, uuidv7()), undefined);
  assert.deepEqual(await orders.findOwn(order.orderId, order.userId), order);
});

test('a list is newest first, ties broken by id, and continues behind a position', async () => {
  const userId = uuidv7();
  const stored = [
    made(userId, at(1)),
    made(userId, at(2)),
    made(userId, at(2)),
    made(userId, at(2)),
    made(userId, at(3)),
  ];
  await Promise.all([...stored, made()].map((order) => orders.insert(order)));
  const expected = stored
    .toSorted((a, b) => b.createdAt.getTime() - a.createdAt.getTime() || (a.orderId < b.orderId ? 1 : -1))
    .map(({ orderId }) => orderId);
  const seen: string[] = [];
  let after: Order | undefined;
  do {
    const page: Order[] = await orders.listOwn(userId, { limit: 2, after });
    seen.push(...page.map(({ orderId }) => orderId));
    after = page.at(-1);
  } while (after !== undefined);
  assert.deepEqual(seen, expected);
});

test('its indexes are there, and preparing again changes nothing', async () => {
  await database.prepare();
  const indexes = await client.db().collection('orders').indexes();
  assert.deepEqual(
    indexes.map(({ key }) => key),
    [{ _id: 1 }, { userId: 1, createdAt: -1, _id: -1 }, { status: 1, updatedAt: 1 }, { 'watch.nextCheckAt': 1 }],
  );
});

test('an operation on a socket that ended a moment ago is over in time, whichever it is, and keeps no connection', async (t) => {
  const sockets: Socket[] = [];
  const { connect } = Socket.prototype;
  t.mock.method(Socket.prototype, 'connect', function (this: Socket, ...given: Parameters<typeof connect>) {
    sockets.push(this);
    return connect.apply(this, given);
  });
  const order = made();
  const now = at(0);
  const operations: ((over: OrderDatabase) => Promise<unknown>)[] = [
    (over) => over.ping(),
    (over) => over.prepare(),
    (over) => over.fingerprintKey(),
    (over) => over.orders.insert(order),
    (over) => over.orders.compareAndSet(order, move(order, 'paymentFailed', { at: now })),
    (over) => over.orders.find(order.orderId),
    (over) => over.orders.findOwn(order.orderId, order.userId),
    (over) => over.orders.listOwn(order.userId, { limit: 1 }),
    (over) => over.recoveryQueue.claim(now, now),
    (over) => over.recoveryQueue.release({ order, since: now, checks: 0 }, { nextCheckAt: now, checks: 1 }),
    (over) => over.recoveryQueue.countWaitingSince(now),
    (over) => over.recoveryQueue.countByStatus(),
    (over) =>
      over.keys.claim(
        { userId: order.userId, method: 'POST', route: '/order', key: 'k' },
        { fingerprint: 'f', orderId: order.orderId, now, leaseUntil: now },
      ),
  ];
  // Each over a client of its own that has just one connection.
  const opened = operations.map((run) => ({ run, over: openOrderDatabase(database.uri) }));
  try {
    await Promise.all(opened.map(({ over }) => over.ping()));
    for (const socket of sockets) socket.destroy();
    const ends = await Promise.allSettled(opened.map(({ run, over }) => run(over)));
    for (const end of ends)
      if (end.status === 'rejected') assert.equal((end.reason as Refusal).code, 'dependency_unavailable');
    // Those that failed have shut their gates, until a probe finds the database there.
    await until(() => opened.every(({ over }) => !over.gate.isShut));
    await Promise.all(opened.map(({ over }) => over.ping()));
  } finally {
    await Promise.all(opened.map(({ over }) => over.close()));
  }
});

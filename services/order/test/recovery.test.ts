import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import type { Payment } from '@shop/contracts';
import { RpcError } from 'cmdrpc';
import { uuidv7 } from 'uuidv7';
import { newOrder, type Order } from '../src/domain/order.ts';
import { HONG, type PaymentScript } from './support/peers.ts';
import { until } from './support/process.ts';
import { SEED_REQUEST, send } from './support/requests.ts';
import { startShop } from './support/shop.ts';

const shop = await startShop({ paymentMs: 500, abandonMs: 300, paymentLookupMs: 300, cancelMs: 300 });
const { payment, database } = shop;
const usual = { ...payment.script };

beforeEach(async () => {
  await shop.wires.payment.mend();
  await shop.peers.payment.$.ready();
  Object.assign(payment.script, usual);
  for (const list of [payment.asked, payment.abandoned, payment.lookedUp, payment.refunds]) list.length = 0;
  // Nothing that another test left waiting is looked at in this one.
  for (const { orderId } of await database.orders.listOwn(HONG, { limit: 1_000 })) await settleAway(orderId);
});

const settleAway = async (orderId: string): Promise<void> => {
  const order = await database.orders.find(orderId);
  if (order?.status !== 'paymentPending' && order?.cancellation === undefined) return;
  const { cancellation: _gone, ...rest } = order;
  await database.orders.compareAndSet(order, { ...rest, status: 'canceled', version: order.version + 1 });
};

const isUp = (): Promise<boolean> =>
  database.ping().then(
    () => true,
    () => false,
  );

/** An order that a gateway stored and then died over. */
const orphan = async (changes: Partial<Order> = {}): Promise<Order> => {
  const order = newOrder(
    {
      orderId: uuidv7(),
      userId: HONG,
      items: [{ productId: uuidv7(), name: 'USB-C 케이블', price: 3_000 }],
      totalAmount: 3_000,
      address: SEED_REQUEST.address,
      payment: { method: 'CreditCard', last4: '4242' },
    },
    new Date(),
  );
  const changed = { ...order, ...changes };
  assert.ok(await database.orders.insert(changed));
  return changed;
};

const known =
  (paymentStatus: Payment['paymentStatus'], reason?: string): PaymentScript['getPayment'] =>
  ({ orderId, attempt = 1 }) => ({ paymentId: uuidv7(), orderId, attempt, paymentStatus, reason });

const status = async ({ orderId }: Order) => {
  const order = await database.orders.find(orderId);
  return [order?.status, order?.payment.reason];
};

test('an order whose charge never reached payment is given up there, then fails', async () => {
  const order = await orphan();
  assert.equal(await shop.recoveryWorker().sweep(), 1);
  assert.deepEqual(await status(order), ['paymentFailed', 'payment_not_started']);
  assert.deepEqual(payment.abandoned, [{ orderId: order.orderId, attempt: 1 }]);
});

for (const [paymentStatus, reason, expected] of [
  ['Approved', undefined, 'paymentProcessed'],
  ['Rejected', 'REJECT_CARD_PAYMENT', 'paymentFailed'],
  ['Rejected', 'deposit_expired', 'paymentFailed'],
  ['Canceled', 'payment_canceled', 'canceled'],
] as const) {
  test(`an order whose payment turns out ${paymentStatus} (${reason}) becomes ${expected}`, async () => {
    const order = await orphan();
    payment.script.getPayment = known(paymentStatus, reason);
    await shop.recoveryWorker().sweep();
    assert.deepEqual(await status(order), [expected, reason]);
    assert.equal(payment.abandoned.length, 0);
    assert.equal(payment.asked.length, 0, 'nothing is charged by recovery');
  });
}

test('a tombstone that an earlier look left means that nothing was started', async () => {
  const order = await orphan();
  payment.script.getPayment = known('Canceled', 'attempt_abandoned');
  await shop.recoveryWorker().sweep();
  assert.deepEqual(await status(order), ['paymentFailed', 'payment_not_started']);
});

test('an undecided order waits, is looked at later and later, and is at rest once it is decided', async () => {
  const order = await orphan();
  payment.script.getPayment = known('Pending');
  const now = Date.now();
  await shop.recoveryWorker(60_000).sweep();
  // The first look wrote what Payment said, and each later one only moves the next.
  const gaps: number[] = [];
  let at = now + 120_000;
  for (let look = 0; look < 7; look += 1) {
    await shop.recoveryWorker(at - Date.now()).sweep();
    const claim = await database.recoveryQueue.claim(new Date(at + 3_600_000), new Date(0));
    assert.equal(claim?.order.orderId, order.orderId);
    gaps.push(claim?.checks ?? 0);
    at += 3_600_000;
  }
  assert.deepEqual(gaps, [1, 2, 3, 4, 5, 6, 7]);
  payment.script.getPayment = known('Approved');
  await shop.recoveryWorker(at - Date.now()).sweep();
  assert.deepEqual(await status(order), ['paymentProcessed', undefined]);
  assert.equal(await database.recoveryQueue.claim(new Date(at * 2), new Date(0)), undefined, 'nothing is watched');
});

test('an order in its first ten seconds is left to the request that placed it', async () => {
  const order = await orphan();
  assert.equal(await shop.recoveryWorker(9_000).sweep(), 0);
  assert.equal(await shop.recoveryWorker(10_500).sweep(), 1);
  assert.deepEqual(await status(order), ['paymentFailed', 'payment_not_started']);
});

test('payment being away changes nothing and does not push orders into the future', async () => {
  const order = await orphan();
  await shop.wires.payment.cut();
  await shop.recoveryWorker(60_000).sweep();
  assert.deepEqual(await status(order), ['paymentPending', undefined]);
  await shop.wires.payment.mend();
  await shop.peers.payment.$.ready();
  payment.script.getPayment = known('Approved');
  // However often it was away: within one first look of being back.
  await shop.recoveryWorker(71_000).sweep();
  assert.deepEqual(await status(order), ['paymentProcessed', undefined]);
});

test('an answer about another order is believed by nobody', async () => {
  const order = await orphan();
  payment.script.getPayment = (input, ctx) => known('Approved')({ ...input, orderId: uuidv7() }, ctx);
  await shop.recoveryWorker().sweep();
  assert.deepEqual(await status(order), ['paymentPending', undefined]);
});

test('an attempt that begins while it is given up is waited for', async () => {
  const order = await orphan();
  payment.script.abandonAttempt = (_input, ctx) => {
    throw ctx.errors.attempt_in_flight({ paymentStatus: 'Pending' });
  };
  await shop.recoveryWorker().sweep();
  assert.deepEqual(await status(order), ['paymentPending', undefined]);
});

test('two workers at once look at each order once', async () => {
  const orders = await Promise.all(Array.from({ length: 40 }, () => orphan()));
  payment.script.getPayment = known('Approved');
  const looks = await Promise.all([shop.recoveryWorker().sweep(), shop.recoveryWorker().sweep()]);
  assert.equal((looks[0] ?? 0) + (looks[1] ?? 0), 40);
  const seen = payment.lookedUp.map(({ orderId }) => orderId);
  assert.deepEqual(seen.toSorted(), orders.map(({ orderId }) => orderId).toSorted());
  for (const order of orders) assert.deepEqual(await status(order), ['paymentProcessed', undefined]);
});

test('two workers that both believe they hold an order write it once', async () => {
  const order = await orphan();
  const { promise: bothAsk, resolve } = Promise.withResolvers<void>();
  payment.script.getPayment = async (input, ctx) => {
    if (payment.lookedUp.length === 2) resolve();
    await bothAsk;
    return known('Approved')(input, ctx);
  };
  // The second one's clock is beyond the first one's lease.
  const first = shop.recoveryWorker(3_600_000).sweep();
  while (payment.lookedUp.length === 0) await new Promise((next) => setImmediate(next));
  await Promise.all([first, shop.recoveryWorker(7_200_000).sweep()]);
  const found = await database.orders.find(order.orderId);
  assert.deepEqual([found?.status, found?.version, found?.history.length], ['paymentProcessed', 2, 3]);
});

test('a sweep takes a hundred orders, eight at a time', async () => {
  await Promise.all(Array.from({ length: 105 }, () => orphan()));
  let running = 0;
  let most = 0;
  payment.script.getPayment = async (input, ctx) => {
    running += 1;
    most = Math.max(most, running);
    await new Promise((next) => setImmediate(next));
    running -= 1;
    return known('Approved')(input, ctx);
  };
  assert.equal(await shop.recoveryWorker().sweep(), 100);
  assert.ok(most <= 8, `${most} at once`);
  assert.equal(await shop.recoveryWorker().sweep(), 5);
});

test('an order that waits for more than ten minutes is counted and said; one that waits for a deposit is not', async () => {
  const order = await orphan();
  await orphan({ payment: { method: 'VirtualAccount', status: 'WaitingForDeposit' } });
  payment.script.getPayment = (input, ctx) =>
    input.orderId === order.orderId ? known('Pending')(input, ctx) : known('WaitingForDeposit')(input, ctx);
  shop.lines.length = 0;
  await shop.recoveryWorker(601_000).sweep();
  const stuck = shop.lines.map((line) => JSON.parse(line)).filter(({ msg }) => msg === 'order stuck');
  assert.deepEqual(
    stuck.map(({ orderId, level }) => [orderId, level]),
    [[order.orderId, 'error']],
  );
  assert.equal(await database.recoveryQueue.countWaitingSince(new Date(Date.now() + 1_000)), 1);
});

test('the database going away stops a sweep, and the orders come back', async () => {
  const order = await orphan();
  payment.script.getPayment = async (input, ctx) => {
    await database.wire.cut();
    return known('Approved')(input, ctx);
  };
  await assert.rejects(shop.recoveryWorker().sweep(), { code: 'dependency_unavailable' });
  await database.wire.mend();
  await until(isUp);
  payment.script.getPayment = known('Approved');
  await shop.recoveryWorker(7_200_000).sweep();
  assert.deepEqual(await status(order), ['paymentProcessed', undefined]);
});

test('a worker that runs settles what a live request left open', async () => {
  payment.script.makePayment = () => {
    throw new RpcError('lost', { code: 'internal' });
  };
  const { status: http, body } = await send(`${shop.url}/order`, 'POST', SEED_REQUEST);
  assert.equal(http, 202);
  payment.script.getPayment = known('Approved');
  const worker = shop.recoveryWorker();
  worker.start();
  while ((await database.orders.find(String(body.orderId)))?.status === 'paymentPending') {
    await new Promise((next) => setImmediate(next));
  }
  await worker.stop();
  assert.equal((await database.orders.find(String(body.orderId)))?.status, 'paymentProcessed');
  assert.equal(payment.asked.length, 1);
});

test('an order that an older version left waiting is put under watch', async () => {
  const order = await orphan();
  await database.forgetWatch(order.orderId);
  assert.equal(await shop.recoveryWorker().sweep(), 0);
  await database.prepare();
  payment.script.getPayment = known('Approved');
  assert.equal(await shop.recoveryWorker().sweep(), 1);
  assert.deepEqual(await status(order), ['paymentProcessed', undefined]);
});

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { orderContract, type PaymentStatus } from '@shop/contracts';
import { createClient } from 'cmdrpc';
import { uuidv7 } from 'uuidv7';
import { answerWith, HONG, KIM } from './support/peers.ts';
import { SEED_REQUEST, send } from './support/requests.ts';
import { startShop } from './support/shop.ts';

const shop = await startShop();
const order = createClient(orderContract, { target: `tcp://127.0.0.1:${shop.tcpPort}`, retry: { maxAttempts: 1 } });
after(() => order.$.close());

const placed = async (paymentStatus: PaymentStatus): Promise<string> => {
  shop.payment.script.makePayment = answerWith(paymentStatus);
  const { body } = await send(`${shop.url}/order`, 'POST', SEED_REQUEST);
  return String(body.orderId);
};

const settled = (orderId: string, paymentStatus: PaymentStatus, attempt = 1, reason?: string) =>
  order.payment_settled.emit(
    { orderId, attempt, paymentId: uuidv7(), paymentStatus, reason, settledAt: new Date().toISOString() },
    { ack: true },
  );

const statusOf = async (orderId: string) => (await shop.database.orders.find(orderId))?.status;

test('a pending order becomes paid when payment says so', async () => {
  const orderId = await placed('Pending');
  assert.equal(await statusOf(orderId), 'paymentPending');
  await settled(orderId, 'Approved');
  const { status, body } = await send(`${shop.url}/order/${orderId}`, 'GET');
  assert.deepEqual([status, body.status], [200, 'paymentProcessed']);
});

test('hearing it twice, or ten times at once, changes it once', async () => {
  const orderId = await placed('Pending');
  await Promise.all(Array.from({ length: 10 }, () => settled(orderId, 'Approved')));
  await settled(orderId, 'Approved');
  const found = await shop.database.orders.find(orderId);
  assert.deepEqual(
    found?.history.map(({ to }) => to),
    ['created', 'paymentPending', 'paymentProcessed'],
  );
});

test('a decline fails a pending order with its reason, and never a paid one', async () => {
  const pending = await placed('Pending');
  await settled(pending, 'Rejected', 1, 'REJECT_CARD_PAYMENT');
  const failed = await shop.database.orders.find(pending);
  assert.deepEqual([failed?.status, failed?.payment.reason], ['paymentFailed', 'REJECT_CARD_PAYMENT']);
  const paid = await placed('Approved');
  await settled(paid, 'Rejected');
  assert.equal(await statusOf(paid), 'paymentProcessed');
});

test('news of an older attempt does not fail the current one', async () => {
  const orderId = await placed('Rejected');
  shop.payment.script.makePayment = answerWith('Pending');
  const retried = await send(`${shop.url}/order/${orderId}/payment`, 'POST', { payment: SEED_REQUEST.payment });
  assert.equal(retried.status, 202);
  await settled(orderId, 'Rejected', 1);
  assert.equal(await statusOf(orderId), 'paymentPending');
  await settled(orderId, 'Approved', 2);
  assert.equal(await statusOf(orderId), 'paymentProcessed');
});

test('news that overtakes the reply wins, and the reply tells the same', async () => {
  shop.payment.script.makePayment = async ({ orderId, attempt }) => {
    await settled(orderId, 'Approved', attempt);
    return { paymentId: uuidv7(), orderId, attempt, paymentStatus: 'Pending' };
  };
  const { status, body } = await send(`${shop.url}/order`, 'POST', SEED_REQUEST);
  assert.deepEqual([status, body.status], [201, 'paymentProcessed']);
});

test('news of an unknown order is taken and said loudly', async () => {
  shop.lines.length = 0;
  await settled(uuidv7(), 'Approved');
  const said = shop.lines.map((line) => JSON.parse(line)).find(({ level }) => level === 'error');
  assert.equal(said?.msg, 'payment settled for an unknown order');
});

test('other services read an order by its id', async () => {
  const orderId = await placed('Approved');
  const found = await order.get_order_info({ orderId });
  const { body } = await send(`${shop.url}/order/${orderId}`, 'GET');
  assert.deepEqual(JSON.parse(JSON.stringify(found)), body);
  const missing = await order.get_order_info.safe({ orderId: uuidv7() });
  assert.equal(missing.error?.reason, 'order_not_found');
});

test('other services list the orders of a user', async () => {
  const { orders, nextCursor } = await order.list_orders({ userId: HONG, limit: 2 });
  assert.equal(orders.length, 2);
  const next = await order.list_orders({ userId: HONG, limit: 2, cursor: nextCursor });
  assert.notEqual(next.orders[0]?.orderId, orders[0]?.orderId);
  assert.deepEqual(await order.list_orders({ userId: KIM }), { orders: [] });
  const bad = await order.list_orders.safe({ userId: HONG, cursor: 'nonsense' });
  assert.equal(bad.error?.reason, 'cursor_invalid');
});

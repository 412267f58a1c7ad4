import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { answerWith } from './support/peers.ts';
import { SEED_REQUEST, send } from './support/requests.ts';
import { startShop } from './support/shop.ts';

const shop = await startShop({ paymentMs: 500, abandonMs: 300 });
const { script, asked } = shop.payment;
const { payment } = SEED_REQUEST;

beforeEach(() => {
  script.makePayment = answerWith('Approved');
  asked.length = 0;
});

const declinedOrder = async (): Promise<string> => {
  script.makePayment = answerWith('Rejected', 'REJECT_CARD_PAYMENT');
  const { status, body } = await send(`${shop.url}/order`, 'POST', SEED_REQUEST);
  assert.equal(status, 402);
  script.makePayment = answerWith('Approved');
  asked.length = 0;
  return String(body.orderId);
};

const retry = (orderId: string, body: unknown = { payment }, headers?: Record<string, string>) =>
  send(`${shop.url}/order/${orderId}/payment`, 'POST', body, headers);

test('a declined order is paid under the next attempt', async () => {
  const orderId = await declinedOrder();
  const { status, headers, body } = await retry(orderId, { payment: { ...payment, cardNumber: '4242424242424242' } });
  assert.equal(status, 201);
  assert.equal(headers.get('location'), `/order/${orderId}`);
  assert.equal(body.attempt, 2);
  assert.deepEqual(body.payment, { method: 'CreditCard', status: 'Approved', last4: '4242' });
  assert.deepEqual(
    (body.history as { to: string }[]).map(({ to }) => to),
    ['created', 'paymentPending', 'paymentFailed', 'paymentPending', 'paymentProcessed'],
  );
  assert.deepEqual(
    asked.map(({ attempt, amount }) => [attempt, amount]),
    [[2, 3_000]],
  );
});

test('a second decline keeps the order payable', async () => {
  const orderId = await declinedOrder();
  script.makePayment = answerWith('Rejected', 'EXCEED_MAX_AMOUNT');
  const second = await retry(orderId);
  assert.deepEqual([second.status, second.body.reason], [402, 'EXCEED_MAX_AMOUNT']);
  script.makePayment = answerWith('Approved');
  const third = await retry(orderId);
  assert.deepEqual([third.status, third.body.attempt], [201, 3]);
});

test('only a failed order can be paid again', async () => {
  const paid = await send(`${shop.url}/order`, 'POST', SEED_REQUEST);
  script.makePayment = answerWith('Pending');
  const pending = await send(`${shop.url}/order`, 'POST', SEED_REQUEST);
  asked.length = 0;
  for (const { body } of [paid, pending]) {
    const answer = await retry(String(body.orderId));
    assert.deepEqual([answer.status, answer.body.code], [409, 'order_not_payable']);
    assert.deepEqual([answer.body.orderId, answer.body.orderStatus], [body.orderId, body.status]);
  }
  assert.equal(asked.length, 0);
});

test("somebody else's order, an unknown one and a name that is no id are all 404", async () => {
  const orderId = await declinedOrder();
  const answers = await Promise.all([
    retry(orderId, { payment }, { authorization: 'Bearer token-of-kim' }),
    retry('0193c0de-0000-7000-8000-000000000000'),
    retry('not-an-id'),
  ]);
  for (const { status, body } of answers) assert.deepEqual([status, body.code], [404, 'order_not_found']);
  assert.equal((await shop.database.orders.find(orderId))?.attempt, 1);
  assert.equal(asked.length, 0);
});

test("the amount must be the order's total", async () => {
  const orderId = await declinedOrder();
  const answer = await retry(orderId, { payment: { ...payment, amount: 1 } });
  assert.deepEqual([answer.status, answer.body.code, answer.body.totalAmount], [422, 'amount_mismatch', 3_000]);
  assert.equal(asked.length, 0);
});

test('of ten retries at once exactly one is an attempt', async () => {
  const orderId = await declinedOrder();
  const { promise: allDecided, resolve } = Promise.withResolvers<void>();
  script.makePayment = async (input, ctx) => {
    await allDecided;
    return answerWith('Approved')(input, ctx);
  };
  const retries = Array.from({ length: 10 }, () => retry(orderId));
  let refusals = 0;
  for (const one of retries) void one.then(({ status }) => status === 409 && ++refusals === 9 && resolve());
  const answers = await Promise.all(retries);
  assert.deepEqual(answers.map(({ status }) => status).sort(), [201, ...Array.from({ length: 9 }, () => 409)]);
  assert.deepEqual(
    asked.map(({ attempt }) => attempt),
    [2],
  );
  const order = await shop.database.orders.find(orderId);
  assert.deepEqual([order?.status, order?.attempt], ['paymentProcessed', 2]);
});

test('a retry that never reached payment leaves no charge and can be made again', async () => {
  const orderId = await declinedOrder();
  script.makePayment = (_input, ctx) => {
    throw ctx.errors.payment_provider_error({});
  };
  assert.equal((await retry(orderId)).status, 502);
  script.makePayment = answerWith('Approved');
  const again = await retry(orderId);
  assert.deepEqual([again.status, again.body.attempt], [201, 3]);
});

test('an attempt that payment holds on to is waited for instead of the new one', async () => {
  const orderId = await declinedOrder();
  script.makePayment = (_input, ctx) => {
    throw ctx.errors.order_has_live_attempt({ attempt: 1, paymentStatus: 'Pending' });
  };
  const { status, body } = await retry(orderId);
  assert.deepEqual([status, body.attempt, body.status], [202, 1, 'paymentPending']);
});

import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { RpcError } from 'cmdrpc';
import { uuidv7 } from 'uuidv7';
import { answerWith } from './support/peers.ts';
import { SEED_REQUEST, send } from './support/requests.ts';
import { startShop } from './support/shop.ts';

const shop = await startShop({ paymentMs: 500, abandonMs: 300, cancelMs: 300, paymentLookupMs: 300 });
const { payment, database } = shop;
const usual = { ...payment.script };

beforeEach(async () => {
  await shop.wires.payment.mend();
  await shop.peers.payment.$.ready();
  Object.assign(payment.script, usual);
  for (const list of [payment.asked, payment.refunds, payment.notices]) list.length = 0;
});

const place = async (paymentStatus: 'Approved' | 'Rejected' | 'Pending' | 'WaitingForDeposit'): Promise<string> => {
  payment.script.makePayment = answerWith(paymentStatus);
  return String((await send(`${shop.url}/order`, 'POST', SEED_REQUEST)).body.orderId);
};
const cancel = (orderId: string, headers?: Record<string, string>) =>
  send(`${shop.url}/order/${orderId}/cancel`, 'POST', undefined, headers);
const path = (body: object): string[] =>
  'history' in body ? (body.history as { to: string }[]).map(({ to }) => to) : [];

test('a paid order gets its money back and says so', async () => {
  const orderId = await place('Approved');
  const { status, headers, body } = await cancel(orderId);
  assert.equal(status, 200);
  assert.equal(headers.get('location'), `/order/${orderId}`);
  assert.equal(body.status, 'canceled');
  assert.deepEqual(body.payment, { method: 'CreditCard', last4: '3123', status: 'Canceled' });
  assert.deepEqual(path(body), ['created', 'paymentPending', 'paymentProcessed', 'canceled']);
  assert.equal((body.history as { reason?: string }[]).at(-1)?.reason, 'canceled_by_customer');
  assert.deepEqual(payment.refunds, [{ orderId, attempt: 1, reason: 'canceled_by_customer' }]);
  const again = await cancel(orderId);
  assert.deepEqual([again.status, again.body], [200, body], 'again is the same answer');
  assert.equal(payment.refunds.length, 1);
});

test('an order whose payment failed is canceled without payment', async () => {
  const orderId = await place('Rejected');
  const { status, body } = await cancel(orderId);
  assert.deepEqual([status, body.status, payment.refunds.length], [200, 'canceled', 0]);
  const retry = await send(`${shop.url}/order/${orderId}/payment`, 'POST', { payment: SEED_REQUEST.payment });
  assert.deepEqual([retry.status, retry.body.code], [409, 'order_not_payable']);
});

test('an order whose payment is undecided cannot be canceled yet', async () => {
  const orderId = await place('Pending');
  const { status, body } = await cancel(orderId);
  assert.deepEqual([status, body.code, body.orderStatus], [409, 'order_payment_pending', 'paymentPending']);
});

test('an account that waits for a deposit is closed', async () => {
  const orderId = await place('WaitingForDeposit');
  const { status, body } = await cancel(orderId);
  assert.deepEqual([status, body.status, payment.refunds.length], [200, 'canceled', 1]);
  assert.deepEqual(path(body), ['created', 'paymentPending', 'canceled']);
});

test('a deposit that was faster than the cancellation leaves a paid order', async () => {
  const orderId = await place('WaitingForDeposit');
  payment.script.cancelPayment = (_input, ctx) => {
    throw ctx.errors.payment_not_cancelable({ paymentStatus: 'Approved' });
  };
  const { status, body } = await cancel(orderId);
  assert.deepEqual([status, body.code, body.orderStatus], [409, 'order_not_cancelable', 'paymentProcessed']);
});

test('what payment refuses to give back stays as it was', async () => {
  for (const [reason, http, code] of [
    ['payment_not_cancelable', 409, 'order_not_cancelable'],
    ['payment_provider_error', 502, 'payment_provider_error'],
  ] as const) {
    const orderId = await place('Approved');
    payment.script.cancelPayment = (_input, ctx) => {
      if (reason === 'payment_not_cancelable') throw ctx.errors[reason]({ paymentStatus: 'Approved' });
      throw ctx.errors[reason]({});
    };
    const answer = await cancel(orderId);
    assert.deepEqual([answer.status, answer.body.code, answer.body.orderId], [http, code, orderId]);
    const order = await database.orders.find(orderId);
    assert.deepEqual([order?.status, order?.cancellation], ['paymentProcessed', undefined]);
    payment.script.cancelPayment = usual.cancelPayment;
    assert.equal((await cancel(orderId)).status, 200, 'it may be asked again');
  }
});

test('an unknown outcome is 202, and recovery finishes it', async () => {
  const orderId = await place('Approved');
  payment.script.cancelPayment = () => {
    throw new RpcError('lost', { code: 'internal' });
  };
  const { status, headers, body } = await cancel(orderId);
  assert.deepEqual([status, body.status], [202, 'paymentProcessed']);
  assert.ok(Number(headers.get('retry-after')) >= 1);
  assert.equal((await cancel(orderId)).status, 202, 'asking again does not start a second one');
  assert.equal(payment.refunds.length, 1);
  payment.script.cancelPayment = usual.cancelPayment;
  await shop.recoveryWorker().sweep();
  const read = await send(`${shop.url}/order/${orderId}`, 'GET');
  assert.equal(read.body.status, 'canceled');
  assert.deepEqual(path(read.body), ['created', 'paymentPending', 'paymentProcessed', 'canceled']);
});

test("payment's event finishes an unknown cancellation too", async () => {
  const orderId = await place('Approved');
  payment.script.cancelPayment = ({ orderId, attempt }) => ({
    paymentId: uuidv7(),
    orderId,
    attempt,
    paymentStatus: 'Approved',
  });
  assert.equal((await cancel(orderId)).status, 202);
  const { settlePayment } = await import('../src/workflow/settle-payment.ts');
  const logger = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
  await settlePayment(shop.workflow, { orderId, attempt: 1, paymentStatus: 'Canceled' }, { logger });
  const order = await database.orders.find(orderId);
  assert.deepEqual([order?.status, order?.cancellation], ['canceled', undefined]);
});

test('payment not being there is 503 at once and nothing has changed', async () => {
  const orderId = await place('Approved');
  await shop.wires.payment.cut();
  const { status, body } = await cancel(orderId);
  assert.deepEqual([status, body.code], [503, 'dependency_unavailable']);
  const order = await database.orders.find(orderId);
  assert.deepEqual([order?.status, order?.cancellation], ['paymentProcessed', undefined]);
});

test("somebody else's order, an unknown one and a body with properties are refused", async () => {
  const orderId = await place('Approved');
  assert.equal((await cancel(orderId, { authorization: 'Bearer token-of-kim' })).status, 404);
  assert.equal((await cancel(uuidv7())).status, 404);
  assert.equal((await cancel(orderId, {})).status, 401);
  const strict = await send(`${shop.url}/order/${orderId}/cancel`, 'POST', { amount: 1 });
  assert.deepEqual([strict.status, strict.body.code], [400, 'validation_failed']);
  assert.equal((await send(`${shop.url}/order/${orderId}/cancel`, 'POST', {})).status, 200);
});

test('ten cancellations at once give the money back once', async () => {
  const orderId = await place('Approved');
  const answers = await Promise.all(Array.from({ length: 10 }, () => cancel(orderId)));
  for (const { status } of answers) assert.ok(status === 200 || status === 202, `${status}`);
  assert.equal(payment.refunds.length, 1);
  assert.equal((await database.orders.find(orderId))?.status, 'canceled');
});

test('of a retry and a cancellation at once, in a hundred rounds, exactly one takes place', async () => {
  let canceled = 0;
  for (let round = 0; round < 100; round += 1) {
    const orderId = await place('Rejected');
    payment.script.makePayment = answerWith('Rejected');
    payment.asked.length = 0;
    const both = [
      () => send(`${shop.url}/order/${orderId}/payment`, 'POST', { payment: SEED_REQUEST.payment }),
      () => cancel(orderId),
    ];
    if (round % 2 === 1) both.reverse();
    const answers = await Promise.all(both.map((one) => one()));
    if (round % 2 === 1) answers.reverse();
    const [retry, cancellation] = answers;
    const order = await database.orders.find(orderId);
    if (cancellation?.status === 200) {
      canceled += 1;
      assert.equal(order?.status, 'canceled', `round ${round}`);
      // A retry that was charged and declined before the cancellation came is a path of its own.
      if (retry?.status === 409) assert.equal(payment.asked.length, 0, `round ${round}`);
      else assert.equal(retry?.status, 402, `round ${round}`);
    } else {
      assert.deepEqual([cancellation?.status, cancellation?.body.code], [409, 'order_payment_pending']);
      assert.deepEqual([retry?.status, order?.status], [402, 'paymentFailed'], `round ${round}`);
    }
    const moves = order?.history.map(({ from, to }) => `${from}>${to}`) ?? [];
    assert.ok(
      moves.every((entry, i) => i === 0 || entry.split('>')[0] === moves[i - 1]?.split('>')[1]),
      `${moves}`,
    );
  }
  assert.ok(canceled > 0, 'some were canceled');
});

import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import type { PaymentStatus } from '@shop/contracts';
import { uuidv7 } from 'uuidv7';
import { SEED_REQUEST, send } from './support/requests.ts';
import { startShop } from './support/shop.ts';

const shop = await startShop({ paymentMs: 500, abandonMs: 300 });
const { payment, database } = shop;
const usual = { ...payment.script };

const ACCOUNT = { accountNumber: 'X6505636518308', bankCode: '20', dueDate: '2026-11-30T23:59:59+09:00' };
const SECRET = 'ps_a-secret-of-one-payment';
const { productIds, address } = SEED_REQUEST;
const BODY = {
  productIds,
  address,
  payment: { paymentMethod: 'VirtualAccount', paymentName: '홍길동', amount: 3_000 },
};

/** What Payment would say of an order's deposit, once the notice is verified. */
let deposited: PaymentStatus = 'Approved';

beforeEach(() => {
  Object.assign(payment.script, usual);
  deposited = 'Approved';
  payment.script.makePayment = ({ orderId, attempt }) => ({
    paymentId: uuidv7(),
    orderId,
    attempt,
    paymentStatus: 'WaitingForDeposit',
    virtualAccount: ACCOUNT,
  });
  payment.script.confirmDeposit = ({ providerOrderId, secret }, ctx) => {
    const orderId = providerOrderId.slice(0, 36);
    if (!/^[0-9a-f-]{36}$/.test(orderId)) throw ctx.errors.payment_not_found({});
    if (secret !== SECRET) throw ctx.errors.deposit_not_verified({});
    return { paymentId: uuidv7(), orderId, attempt: 1, paymentStatus: deposited };
  };
  for (const list of [payment.asked, payment.notices]) list.length = 0;
});

const place = async (): Promise<string> => String((await send(`${shop.url}/order`, 'POST', BODY)).body.orderId);
const notice = (orderId: string, changes: object = {}) =>
  send(
    `${shop.url}/webhooks/toss`,
    'POST',
    {
      createdAt: '2026-11-23T15:00:00.000000',
      secret: SECRET,
      status: 'DONE',
      transactionKey: 'a-transaction',
      orderId: `${orderId}_1`,
      ...changes,
    },
    {},
  );

test('the order waits for the deposit and says where to send the money', async () => {
  const { status, headers, body } = await send(`${shop.url}/order`, 'POST', BODY);
  assert.equal(status, 202);
  assert.ok(Number(headers.get('retry-after')) >= 1);
  assert.equal(body.status, 'paymentPending');
  assert.deepEqual(body.payment, { method: 'VirtualAccount', status: 'WaitingForDeposit', virtualAccount: ACCOUNT });
  const read = await send(`${shop.url}/order/${body.orderId}`, 'GET');
  assert.deepEqual(read.body, body);
});

test('card data that came along goes no further', async () => {
  const card = { ...SEED_REQUEST.payment, paymentMethod: 'VirtualAccount', cardNumber: '4929777788886543' };
  const { status, body } = await send(`${shop.url}/order`, 'POST', { productIds, address, payment: card });
  assert.equal(status, 202);
  assert.doesNotMatch(JSON.stringify([payment.asked, body]), /6543/);
});

test('a card is still needed where a card is charged', async () => {
  const answer = await send(`${shop.url}/order`, 'POST', {
    ...BODY,
    payment: { ...BODY.payment, paymentMethod: 'CreditCard' },
  });
  assert.equal(answer.status, 400);
});

test('a verified deposit pays the order, and hearing of it again changes nothing', async () => {
  const orderId = await place();
  for (let i = 0; i < 3; i += 1) {
    const answer = await notice(orderId);
    assert.deepEqual([answer.status, answer.body], [200, { received: true }]);
  }
  const order = await database.orders.find(orderId);
  assert.deepEqual([order?.status, order?.version], ['paymentProcessed', 3]);
  const { body } = await send(`${shop.url}/order/${orderId}`, 'GET');
  assert.deepEqual(body.payment, { method: 'VirtualAccount', status: 'Approved' }, 'the account is not shown any more');
  assert.deepEqual(payment.notices[0], { providerOrderId: `${orderId}_1`, secret: SECRET, status: 'DONE' });
});

test('notices in the wrong order end in what payment says', async () => {
  const orderId = await place();
  assert.equal((await notice(orderId)).status, 200);
  deposited = 'WaitingForDeposit';
  assert.equal((await notice(orderId, { status: 'WAITING_FOR_DEPOSIT' })).status, 200);
  assert.equal((await database.orders.find(orderId))?.status, 'paymentProcessed', 'a paid order is never unpaid');
});

test('ten notices at once are one change', async () => {
  const orderId = await place();
  const answers = await Promise.all(Array.from({ length: 10 }, () => notice(orderId)));
  assert.ok(answers.every(({ status }) => status === 200));
  assert.equal((await database.orders.find(orderId))?.version, 3);
});

test('an account that expired fails the order, which can be paid again', async () => {
  const orderId = await place();
  deposited = 'Rejected';
  assert.equal((await notice(orderId, { status: 'EXPIRED' })).status, 200);
  assert.equal((await database.orders.find(orderId))?.status, 'paymentFailed');
});

test('a wrong secret is 403, an unknown order 404, payment being away 503, and a shape that cannot be one 400', async () => {
  const orderId = await place();
  const cases = [
    [await notice(orderId, { secret: 'guessed' }), 403, 'webhook_not_verified'],
    [await notice('an-order-of-nobody'), 404, 'payment_not_found'],
    [await notice(orderId, { secret: { $ne: '' } }), 400, 'validation_failed'],
    [await notice(orderId, { orderId: '../../etc' }), 400, 'validation_failed'],
  ] as const;
  for (const [answer, status, code] of cases) assert.deepEqual([answer.status, answer.body.code], [status, code]);
  await shop.wires.payment.cut();
  const away = await notice(orderId);
  assert.deepEqual([away.status, away.body.code], [503, 'dependency_unavailable']);
  assert.ok(Number(away.headers.get('retry-after')) >= 1);
  await shop.wires.payment.mend();
  assert.equal((await database.orders.find(orderId))?.status, 'paymentPending');
  assert.doesNotMatch(shop.lines.join(''), new RegExp(SECRET), 'the secret is in no log');
});

import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import type { Payment } from '@shop/contracts';
import { RpcError } from 'cmdrpc';
import { uuidv7 } from 'uuidv7';
import { answerWith, type MakePayment } from './support/peers.ts';
import { type Answer, SEED_REQUEST, send } from './support/requests.ts';
import { startShop } from './support/shop.ts';

const shop = await startShop({ paymentMs: 500, abandonMs: 300 });
const { payment } = shop;
const canceled = payment.script.abandonAttempt;

beforeEach(async () => {
  await shop.wires.payment.mend();
  await shop.peers.payment.$.ready();
  payment.script.makePayment = answerWith('Approved');
  payment.script.abandonAttempt = canceled;
  payment.abandoned.length = 0;
  payment.asked.length = 0;
});

const place = (): Promise<Answer> => send(`${shop.url}/order`, 'POST', SEED_REQUEST);

/** What the client heard and what the database then says. */
const summary = async (answer: Answer) => {
  const orderId = String(answer.body.orderId);
  assert.equal(answer.headers.get('location'), `/order/${orderId}`);
  const order = await shop.database.orders.find(orderId);
  return { http: answer.status, code: answer.body.code, order: order?.status, reason: order?.payment.reason };
};

const never = (): Promise<Payment> => new Promise(() => undefined);

interface Row {
  readonly name: string;
  readonly makePayment: MakePayment;
  readonly abandonAttempt?: typeof canceled;
  readonly http: number;
  readonly code?: string;
  readonly order: string;
  readonly reason?: string;
}

const ROWS: Row[] = [
  { name: 'Approved', makePayment: answerWith('Approved'), http: 201, order: 'paymentProcessed' },
  {
    name: 'Rejected',
    makePayment: answerWith('Rejected', 'REJECT_CARD_PAYMENT'),
    http: 402,
    code: 'payment_declined',
    order: 'paymentFailed',
    reason: 'REJECT_CARD_PAYMENT',
  },
  { name: 'Pending', makePayment: answerWith('Pending'), http: 202, order: 'paymentPending' },
  { name: 'WaitingForDeposit', makePayment: answerWith('WaitingForDeposit'), http: 202, order: 'paymentPending' },
  {
    name: 'Canceled',
    makePayment: answerWith('Canceled'),
    http: 409,
    code: 'order_not_payable',
    order: 'canceled',
  },
  {
    name: 'card_invalid',
    makePayment: (_input, ctx) => {
      throw ctx.errors.card_invalid({ fields: ['cardNumber'] });
    },
    http: 422,
    code: 'card_invalid',
    order: 'paymentFailed',
    reason: 'card_invalid',
  },
  {
    name: 'payment_method_unsupported',
    makePayment: (_input, ctx) => {
      throw ctx.errors.payment_method_unsupported({ paymentMethod: 'CreditCard' });
    },
    http: 422,
    code: 'payment_method_unsupported',
    order: 'paymentFailed',
    reason: 'payment_method_unsupported',
  },
  {
    name: 'payment_provider_error',
    makePayment: (_input, ctx) => {
      throw ctx.errors.payment_provider_error({});
    },
    http: 502,
    code: 'payment_provider_error',
    order: 'paymentFailed',
    reason: 'payment_provider_error',
  },
  {
    name: 'attempt_abandoned',
    makePayment: (_input, ctx) => {
      throw ctx.errors.attempt_abandoned({});
    },
    http: 409,
    code: 'payment_abandoned',
    order: 'paymentFailed',
    reason: 'payment_abandoned',
  },
  {
    name: 'attempt_conflict',
    makePayment: (_input, ctx) => {
      throw ctx.errors.attempt_conflict({ field: 'amount' });
    },
    http: 202,
    order: 'paymentPending',
  },
  {
    name: 'order_has_live_attempt, undecided',
    makePayment: (_input, ctx) => {
      throw ctx.errors.order_has_live_attempt({ attempt: 1, paymentStatus: 'Pending' });
    },
    http: 202,
    order: 'paymentPending',
  },
  {
    name: 'order_has_live_attempt, approved',
    makePayment: (_input, ctx) => {
      throw ctx.errors.order_has_live_attempt({ attempt: 1, paymentStatus: 'Approved' });
    },
    http: 201,
    order: 'paymentProcessed',
  },
  {
    name: 'a handler that threw',
    makePayment: () => {
      throw new Error('unforeseen');
    },
    http: 202,
    order: 'paymentPending',
  },
  {
    name: 'a reply for another order',
    makePayment: () => ({ paymentId: uuidv7(), orderId: uuidv7(), attempt: 1, paymentStatus: 'Approved' }),
    http: 202,
    order: 'paymentPending',
  },
  { name: 'no answer in time', makePayment: never, http: 202, order: 'paymentPending' },
  {
    name: 'overload, and the attempt given up',
    makePayment: () => {
      throw new RpcError('too much to do', { code: 'resource_exhausted', reason: 'overloaded' });
    },
    http: 503,
    code: 'dependency_unavailable',
    order: 'paymentFailed',
    reason: 'payment_not_started',
  },
  {
    name: 'its database away, and the attempt in flight after all',
    makePayment: () => {
      throw new RpcError('no database', { code: 'unavailable' });
    },
    abandonAttempt: (_input, ctx) => {
      throw ctx.errors.attempt_in_flight({ paymentStatus: 'Pending' });
    },
    http: 202,
    order: 'paymentPending',
  },
  {
    name: 'its database away, also for giving up',
    makePayment: () => {
      throw new RpcError('no database', { code: 'unavailable' });
    },
    abandonAttempt: () => {
      throw new RpcError('no database', { code: 'unavailable' });
    },
    http: 202,
    order: 'paymentPending',
  },
];

for (const { name, makePayment, abandonAttempt, http, code, order, reason } of ROWS) {
  test(`payment answers ${name}: ${http} and ${order}`, async () => {
    payment.script.makePayment = makePayment;
    if (abandonAttempt !== undefined) payment.script.abandonAttempt = abandonAttempt;
    const answer = await place();
    assert.deepEqual(await summary(answer), { http, code, order, reason });
    if (http === 202) assert.ok(Number(answer.headers.get('retry-after')) >= 1);
    assert.match(String(answer.headers.get('content-type')), http < 300 ? /^application\/json/ : /problem\+json/);
  });
}

test('a decline names its reason and a refused card its fields', async () => {
  payment.script.makePayment = answerWith('Rejected', 'EXCEED_MAX_AMOUNT');
  assert.equal((await place()).body.reason, 'EXCEED_MAX_AMOUNT');
  payment.script.makePayment = (_input, ctx) => {
    throw ctx.errors.card_invalid({ fields: ['expiryMonth', 'cardNumber'] });
  };
  assert.deepEqual((await place()).body.errors, [
    { pointer: '/payment/expiryMonth', message: 'was not accepted' },
    { pointer: '/payment/cardNumber', message: 'was not accepted' },
  ]);
});

test('payment dying after it received the request is 202: it may have charged', async () => {
  payment.script.makePayment = async () => {
    await shop.wires.payment.cut();
    return never();
  };
  const answer = await place();
  assert.deepEqual(await summary(answer), { http: 202, code: undefined, order: 'paymentPending', reason: undefined });
  assert.equal(payment.abandoned.length, 0, 'an attempt that may be running is not given up');
});

test('payment not being there is 503 at once, and the order waits for recovery', async () => {
  await shop.wires.payment.cut();
  const startedMs = performance.now();
  const answer = await place();
  assert.ok(performance.now() - startedMs < 2_500);
  assert.deepEqual(await summary(answer), {
    http: 503,
    code: 'dependency_unavailable',
    order: 'paymentPending',
    reason: undefined,
  });
  assert.equal(answer.body.orderStatus, 'paymentPending');
  assert.ok(Number(answer.headers.get('retry-after')) >= 1);
  assert.equal(payment.asked.length, 0);
});

test('the database going away during the charge is 202, and the order is left to recovery', async () => {
  const own = await startShop({ paymentMs: 500 });
  own.payment.script.makePayment = async (input, ctx) => {
    await own.database.wire.cut();
    return answerWith('Approved')(input, ctx);
  };
  const answer = await send(`${own.url}/order`, 'POST', SEED_REQUEST);
  assert.equal(answer.status, 202);
  assert.equal(answer.body.status, 'paymentPending');
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runSandbox, SEED } from './sandbox-fixture.ts';

const REASON = { cancelReason: '고객 변심' };

test('a full cancellation is answered, looked up and listed', async (t) => {
  const sandbox = await runSandbox(t);
  const { body: paid } = await sandbox.keyIn();
  const path = `/v1/payments/${paid.paymentKey}`;
  const canceled = await sandbox.post(`${path}/cancel`, REASON);
  assert.equal(canceled.status, 200);
  assert.equal(canceled.body.status, 'CANCELED');
  assert.equal(canceled.body.balanceAmount, 0);
  assert.equal(canceled.body.cancels?.[0]?.cancelStatus, 'DONE');
  assert.equal(canceled.body.cancels?.[0]?.transactionKey, canceled.body.lastTransactionKey);
  assert.deepEqual((await sandbox.get(path)).body, canceled.body);
  const [charge] = await sandbox.ledger();
  assert.equal(charge?.status, 'CANCELED');
  assert.equal(charge?.canceledAmount, 3_000);
  assert.equal((await sandbox.post(`${path}/cancel`, REASON)).body.code, 'ALREADY_CANCELED_PAYMENT');
});

test('partial cancellations stop at the balance, and refundableAmount guards against a lost race', async (t) => {
  const sandbox = await runSandbox(t);
  const { body: paid } = await sandbox.keyIn();
  const cancel = (fields: object) => sandbox.post(`/v1/payments/${paid.paymentKey}/cancel`, { ...REASON, ...fields });
  const partial = { cancelAmount: 1_000, refundableAmount: 3_000 };
  const answers = await Promise.all([cancel(partial), cancel(partial)]);
  assert.deepEqual(answers.map(({ status }) => status).sort(), [200, 400]);
  assert.ok(answers.some(({ body }) => body.code === 'NOT_MATCHES_REFUNDABLE_AMOUNT'));

  const tooMuch = await cancel({ cancelAmount: 2_001 });
  assert.equal(tooMuch.status, 403);
  assert.equal(tooMuch.body.code, 'NOT_CANCELABLE_AMOUNT');
  const [charge] = await sandbox.ledger();
  assert.equal(charge?.status, 'PARTIAL_CANCELED');
  assert.equal(charge?.canceledAmount, 1_000);
  assert.equal((await cancel({})).body.balanceAmount, 0);
});

test('what cannot be canceled is refused with its code', async (t) => {
  const sandbox = await runSandbox(t);
  const unknown = await sandbox.post('/v1/payments/no-such-key/cancel', REASON);
  assert.equal(unknown.status, 404);
  assert.equal(unknown.body.code, 'NOT_FOUND_PAYMENT');

  await sandbox.keyIn({ cardNumber: '4000000000000002' });
  const { body: aborted } = await sandbox.get(`/v1/payments/orders/${SEED.orderId}`);
  const path = `/v1/payments/${aborted.paymentKey}/cancel`;
  assert.equal((await sandbox.post(path, REASON)).body.code, 'NOT_CANCELABLE_PAYMENT');
  assert.equal((await sandbox.post(path, {})).body.code, 'INVALID_REQUIRED_PARAM');
  assert.equal((await sandbox.post(path, { cancelReason: 'x'.repeat(201) })).body.code, 'INVALID_REQUEST');
  assert.equal((await sandbox.post(path, { ...REASON, cancelAmount: 0 })).body.code, 'INVALID_REQUEST');
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Caller, runSandbox } from './sandbox-fixture.ts';

const REQUEST = {
  amount: 3_000,
  orderId: 'order-000001',
  orderName: '마우스 패드',
  customerName: '홍길동',
  bank: '우리',
};
const REFUND = { bank: '20', accountNumber: '1002123456789', holderName: '홍길동' };

const issue = (sandbox: Caller, change: object = {}) => sandbox.post('/v1/virtual-accounts', { ...REQUEST, ...change });
const deposit = (sandbox: Caller, orderId = REQUEST.orderId) => sandbox.post('/_sandbox/deposits', { orderId });

test('an account waits for its deposit and is charged only by it', async (t) => {
  const sandbox = await runSandbox(t);
  const issued = await issue(sandbox);
  assert.equal(issued.status, 200);
  assert.equal(issued.body.status, 'WAITING_FOR_DEPOSIT');
  assert.equal(issued.body.approvedAt, null);
  assert.equal(issued.body.virtualAccount?.bankCode, '20');
  assert.equal(issued.body.virtualAccount?.expired, false);
  assert.ok(issued.body.secret);
  const dueInMs = Date.parse(issued.body.virtualAccount?.dueDate ?? '') - Date.now();
  assert.ok(Math.abs(dueInMs - 168 * 3_600_000) < 60_000);
  assert.deepEqual(await sandbox.ledger(), []);

  const paid = await deposit(sandbox);
  assert.equal(paid.body.status, 'DONE');
  assert.equal(paid.body.secret, issued.body.secret);
  assert.match(paid.body.approvedAt ?? '', /\+09:00$/);
  assert.deepEqual((await sandbox.get(`/v1/payments/${issued.body.paymentKey}`)).body, paid.body);
  assert.equal((await sandbox.ledger()).length, 1);
  assert.equal((await deposit(sandbox)).status, 409);
  assert.equal((await deposit(sandbox, 'order-unknown')).status, 404);
  assert.equal((await sandbox.post('/_sandbox/deposits', {})).status, 400);
  assert.equal((await sandbox.ledger()).length, 1);
});

test('field rules have their codes', async (t) => {
  const sandbox = await runSandbox(t);
  const cases: [object, string][] = [
    [{ bank: '99' }, 'INVALID_BANK'],
    [{ customerName: undefined }, 'INVALID_REQUIRED_PARAM'],
    [{ orderId: 'x' }, 'INVALID_ORDER_ID'],
    [{ validHours: 2_161 }, 'INVALID_REQUEST'],
    [{ validHours: 24, dueDate: '2099-01-01T00:00:00' }, 'INVALID_REQUEST'],
    [{ dueDate: '2020-01-01T00:00:00' }, 'INVALID_REQUEST'],
    [{ dueDate: 'tomorrow' }, 'INVALID_REQUEST'],
  ];
  for (const [change, code] of cases) assert.equal((await issue(sandbox, change)).body.code, code);
  assert.equal((await issue(sandbox)).status, 200);
  assert.equal((await issue(sandbox)).body.code, 'DUPLICATED_ORDER_ID');
  assert.equal((await sandbox.keyIn()).body.code, 'DUPLICATED_ORDER_ID');
});

test('past its due date an account reads expired and takes no deposit', async (t) => {
  let nowMs = Date.now();
  const sandbox = await runSandbox(t, { now: () => nowMs });
  const { body } = await issue(sandbox, { validHours: 1 });
  nowMs += 3_601_000;
  const overdue = await sandbox.get(`/v1/payments/${body.paymentKey}`);
  assert.equal(overdue.body.status, 'EXPIRED');
  assert.equal(overdue.body.virtualAccount?.expired, true);
  assert.equal((await deposit(sandbox)).status, 409);
  assert.deepEqual(await sandbox.ledger(), []);
});

test('before the deposit only a full cancellation works, and it is no charge', async (t) => {
  const sandbox = await runSandbox(t);
  const { body } = await issue(sandbox);
  const path = `/v1/payments/${body.paymentKey}/cancel`;
  const partial = await sandbox.post(path, { cancelReason: 'x', cancelAmount: 1 });
  assert.equal(partial.body.code, 'NOT_ALLOWED_PARTIAL_REFUND_WAITING_DEPOSIT');
  assert.equal((await sandbox.post(path, { cancelReason: 'x' })).body.status, 'CANCELED');
  assert.deepEqual(await sandbox.ledger(), []);
  assert.equal((await deposit(sandbox)).status, 409);
});

test('after the deposit a refund needs an account', async (t) => {
  const sandbox = await runSandbox(t);
  const { body } = await issue(sandbox);
  await deposit(sandbox);
  const refund = (account?: object) =>
    sandbox.post(`/v1/payments/${body.paymentKey}/cancel`, { cancelReason: 'x', refundReceiveAccount: account });
  assert.equal((await refund()).body.code, 'INVALID_REFUND_ACCOUNT_INFO');
  assert.equal((await refund({ ...REFUND, bank: 'x' })).body.code, 'INVALID_BANK');
  assert.equal((await refund({ ...REFUND, accountNumber: '1-2' })).body.code, 'INVALID_REFUND_ACCOUNT_NUMBER');
  const refunded = await refund(REFUND);
  assert.equal(refunded.body.virtualAccount?.refundStatus, 'COMPLETED');
  assert.equal((await sandbox.ledger())[0]?.canceledAmount, 3_000);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ERROR_TABLE } from '../src/error-table.ts';
import { basicAuth, runSandbox, SEED } from './sandbox-fixture.ts';

test('the seed request is approved and answers the whole Payment object', async (t) => {
  const sandbox = await runSandbox(t);
  const { status, body } = await sandbox.keyIn();
  assert.equal(status, 200);
  assert.equal(body.status, 'DONE');
  assert.equal(body.orderId, SEED.orderId);
  assert.equal(body.method, '카드');
  assert.equal(body.totalAmount, 3_000);
  assert.equal(body.balanceAmount, 3_000);
  assert.equal(body.vat, 273);
  assert.equal(body.suppliedAmount, 2_727);
  assert.equal(body.card?.number, '**3123');
  assert.equal(body.failure, null);
  assert.match(body.approvedAt ?? '', /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+09:00$/);
  assert.ok(body.paymentKey && body.paymentKey.length <= 200);
  assert.ok(body.lastTransactionKey && body.lastTransactionKey.length <= 64);
  assert.ok(body.secret && body.secret.length <= 50);
  assert.ok(body.receipt?.url.includes(body.paymentKey));

  const [charge, ...others] = await sandbox.ledger();
  assert.equal(others.length, 0);
  assert.ok(charge && Math.abs(Date.parse(charge.at) - Date.now()) < 60_000);
  assert.deepEqual(
    { ...charge, at: '' },
    { orderId: SEED.orderId, paymentKey: body.paymentKey, amount: 3_000, status: 'DONE', canceledAmount: 0, at: '' },
  );
});

for (const [card, status, code] of [
  ['4000000000000002', 403, 'REJECT_CARD_PAYMENT'],
  ['4000000000009995', 400, 'EXCEED_MAX_AMOUNT'],
  ['4000000000000069', 400, 'INVALID_CARD_EXPIRATION'],
  ['4000000000000119', 400, 'PROVIDER_ERROR'],
] as const) {
  test(`card ${card} fails with ${code}, is not charged, and a lookup shows it ABORTED`, async (t) => {
    const sandbox = await runSandbox(t);
    const failed = await sandbox.keyIn({ cardNumber: card }, { 'accept-language': 'en-US' });
    assert.equal(failed.status, status);
    assert.equal(failed.body.code, code);
    assert.deepEqual(await sandbox.ledger(), []);
    const seen = await sandbox.get(`/v1/payments/orders/${SEED.orderId}`);
    assert.equal(seen.status, 200);
    assert.equal(seen.body.status, 'ABORTED');
    assert.deepEqual(seen.body.failure, failed.body);
    assert.equal(seen.body.approvedAt, null);
    // The order number is used up; the next attempt takes another one.
    assert.equal((await sandbox.keyIn()).body.code, 'DUPLICATED_ORDER_ID');
  });
}

test('every documented code is answered for its test code with its status, and leaves no trace', async (t) => {
  const sandbox = await runSandbox(t);
  for (const [code, [status]] of Object.entries(ERROR_TABLE)) {
    const answer = await sandbox.keyIn({}, { 'TossPayments-Test-Code': code });
    assert.equal(answer.status, status, code);
    assert.equal(answer.body.code, code);
  }
  assert.deepEqual(await sandbox.ledger(), []);
  assert.equal((await sandbox.get(`/v1/payments/orders/${SEED.orderId}`)).status, 404);
});

test('test codes come before the body, work on lookups, and an unknown one is INVALID_REQUEST', async (t) => {
  const sandbox = await runSandbox(t);
  const header = { 'TossPayments-Test-Code': 'FAILED_DB_PROCESSING' };
  assert.equal((await sandbox.post('/v1/payments/key-in', '{', header)).status, 500);
  assert.equal((await sandbox.get('/v1/payments/orders/order-000001', header)).status, 500);
  const unknown = await sandbox.keyIn({}, { 'TossPayments-Test-Code': 'NO_SUCH_CODE' });
  assert.equal(unknown.body.code, 'INVALID_REQUEST');
});

test('a live key ignores test codes and takes card data strictly', async (t) => {
  const sandbox = await runSandbox(t, { secretKey: 'live_sk_of_a_test' });
  assert.equal((await sandbox.keyIn()).body.code, 'INVALID_CARD_NUMBER');
  const card = { cardNumber: '4330123412341234', customerIdentityNumber: '900101' };
  assert.equal((await sandbox.keyIn({ ...card, cardExpirationYear: '20' })).body.code, 'INVALID_CARD_EXPIRATION');
  const fine = { ...card, cardExpirationYear: '99' };
  assert.equal((await sandbox.keyIn(fine, { 'TossPayments-Test-Code': 'FDS_ERROR' })).status, 200);
});

test('credentials are checked before anything else', async (t) => {
  const sandbox = await runSandbox(t);
  const everythingWrong = { 'Idempotency-Key': 'x'.repeat(301), 'TossPayments-Test-Code': 'FDS_ERROR' };
  const wrong = { ...everythingWrong, authorization: basicAuth('test_sk_somebody_else') };
  assert.equal((await sandbox.post('/v1/payments/key-in', '{', wrong)).status, 401);
  const noColon = { authorization: `Basic ${Buffer.from('test_sk_x').toString('base64')}` };
  const refused = await sandbox.get('/v1/payments/orders/order-000001', noColon);
  assert.equal(refused.status, 403);
  assert.equal(refused.body.code, 'INCORRECT_BASIC_AUTH_FORMAT');
});

test('a refused request leaves no trace, and its order number is still free', async (t) => {
  const sandbox = await runSandbox(t);
  assert.equal((await sandbox.keyIn({ amount: 99 })).body.code, 'BELOW_MINIMUM_AMOUNT');
  assert.equal((await sandbox.get(`/v1/payments/orders/${SEED.orderId}`)).body.code, 'NOT_FOUND_PAYMENT');
  assert.equal((await sandbox.keyIn({ amount: 100 })).status, 200);
});

test('one order number is charged once, however many requests arrive together', async (t) => {
  const sandbox = await runSandbox(t);
  const answers = await Promise.all(Array.from({ length: 20 }, () => sandbox.keyIn()));
  assert.equal(answers.filter((answer) => answer.status === 200).length, 1);
  assert.equal(answers.filter((answer) => answer.body.code === 'DUPLICATED_ORDER_ID').length, 19);
  assert.equal((await sandbox.ledger()).length, 1);
});

test('a body over 64 KiB or of another type is refused, and the sandbox lives', async (t) => {
  const sandbox = await runSandbox(t);
  assert.equal((await sandbox.keyIn({ orderName: 'x'.repeat(70_000) })).status, 413);
  assert.equal((await sandbox.post('/v1/payments/key-in', 'a=1', { 'content-type': 'text/plain' })).status, 415);
  assert.equal((await sandbox.get('/v1/nothing')).status, 404);
  assert.equal((await sandbox.get('/health/ready')).status, 200);
  assert.equal((await sandbox.get('/health/live')).status, 200);
});

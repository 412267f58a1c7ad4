import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { runSandbox, SEED, temporaryFolder, until } from './sandbox-fixture.ts';

const KEY = { 'Idempotency-Key': 'attempt-1' };

test('a key brings back the first answer byte for byte, whatever the body says now', async (t) => {
  const sandbox = await runSandbox(t);
  const first = await sandbox.keyIn({}, KEY);
  const second = await sandbox.keyIn({ orderId: 'order-000002', amount: 9_999 }, KEY);
  assert.equal(second.status, 200);
  assert.equal(second.text, first.text);
  assert.equal((await sandbox.ledger()).length, 1);
});

test('declines and refusals are brought back as well', async (t) => {
  const sandbox = await runSandbox(t);
  const declined = await sandbox.keyIn({ cardNumber: '4000000000000002' }, KEY);
  assert.deepEqual(await sandbox.keyIn({ orderId: 'order-000002' }, KEY), declined);
  const refused = await sandbox.keyIn({ amount: 1 }, { 'Idempotency-Key': 'attempt-2' });
  assert.deepEqual(await sandbox.keyIn({ orderId: 'order-000002' }, { 'Idempotency-Key': 'attempt-2' }), refused);
  assert.deepEqual(await sandbox.ledger(), []);
});

test('a key belongs to one URL', async (t) => {
  const sandbox = await runSandbox(t);
  const { body } = await sandbox.keyIn({}, KEY);
  const canceled = await sandbox.post(`/v1/payments/${body.paymentKey}/cancel`, { cancelReason: 'x' }, KEY);
  assert.equal(canceled.body.status, 'CANCELED');
});

test('lookups ignore the key', async (t) => {
  const sandbox = await runSandbox(t);
  const path = `/v1/payments/orders/${SEED.orderId}`;
  assert.equal((await sandbox.get(path, KEY)).status, 404);
  await sandbox.keyIn();
  assert.equal((await sandbox.get(path, KEY)).status, 200);
});

test('a key of 301 characters is refused and one of 300 is not', async (t) => {
  const sandbox = await runSandbox(t);
  const refused = await sandbox.keyIn({}, { 'Idempotency-Key': 'k'.repeat(301) });
  assert.equal(refused.status, 400);
  assert.equal(refused.body.code, 'INVALID_IDEMPOTENCY_KEY');
  assert.equal((await sandbox.keyIn({}, { 'Idempotency-Key': 'k'.repeat(300) })).status, 200);
});

test('while the first request is in progress the same key is answered 409', async (t) => {
  const sandbox = await runSandbox(t);
  // The slow card is charged and then kept from its answer for 30 s, far longer than this test.
  const first = sandbox.keyIn({ cardNumber: '4000000000000259' }, KEY);
  const firstIsCut = assert.rejects(first);
  await until(async () => (await sandbox.ledger()).length === 1, 'the first charge');
  const others = await Promise.all(Array.from({ length: 10 }, () => sandbox.keyIn({}, KEY)));
  for (const other of others) {
    assert.equal(other.status, 409);
    assert.equal(other.body.code, 'IDEMPOTENT_REQUEST_PROCESSING');
  }
  assert.equal((await sandbox.ledger()).length, 1);
  await sandbox.close();
  await firstIsCut;
});

test('simultaneous requests with one key make one charge', async (t) => {
  const sandbox = await runSandbox(t);
  const answers = await Promise.all(Array.from({ length: 20 }, () => sandbox.keyIn({}, KEY)));
  const keys = new Set(answers.filter(({ status }) => status === 200).map(({ body }) => body.paymentKey));
  assert.equal(keys.size, 1);
  assert.ok(answers.every(({ status }) => status === 200 || status === 409));
  assert.equal((await sandbox.ledger()).length, 1);
});

test('a key outlives a restart, and is forgotten after 15 days', async (t) => {
  const databasePath = join(temporaryFolder(t), 'ledger.sqlite');
  let nowMs = Date.now();
  const now = () => nowMs;
  const before = await runSandbox(t, { databasePath, now });
  const first = await before.keyIn({}, KEY);
  await before.close();

  const after = await runSandbox(t, { databasePath, now });
  assert.equal((await after.keyIn({}, KEY)).text, first.text);
  nowMs += 15 * 24 * 60 * 60 * 1_000;
  assert.equal((await after.keyIn({}, KEY)).body.code, 'DUPLICATED_ORDER_ID');
});

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { join } from 'node:path';
import { test } from 'node:test';
import { DEFAULT_SECRET_KEY } from '../src/index.ts';
import { basicAuth, runSandbox, SEED, temporaryFolder, until } from './sandbox-fixture.ts';

const KEY = { 'Idempotency-Key': 'attempt-1' };
const LOOKUP = `/v1/payments/orders/${SEED.orderId}`;

test('faults are shown, replaced as a whole and cleared; an unknown knob changes nothing', async (t) => {
  const sandbox = await runSandbox(t);
  await sandbox.setFaults({ wrongAmount: true });
  assert.deepEqual((await sandbox.setFaults({ delayMs: 1 })).body, { delayMs: 1 });
  const refused = await sandbox.setFaults({ delay: 1 });
  assert.equal(refused.status, 400);
  assert.match(refused.body.message ?? '', /"delay"/);
  assert.equal((await sandbox.setFaults('{')).status, 400);
  assert.deepEqual((await sandbox.get('/_sandbox/faults')).body, { delayMs: 1 });
  await sandbox.setFaults({});
  assert.deepEqual((await sandbox.get('/_sandbox/faults')).body, {});
});

test('dropBeforeCommit cuts the connection and charges nothing', async (t) => {
  const sandbox = await runSandbox(t);
  await sandbox.setFaults({ dropBeforeCommit: true });
  await assert.rejects(sandbox.keyIn({}, KEY));
  assert.deepEqual(await sandbox.ledger(), []);
  assert.equal((await sandbox.get(LOOKUP)).status, 404);
  await sandbox.setFaults({});
  assert.equal((await sandbox.keyIn({}, KEY)).status, 200);
  assert.equal((await sandbox.ledger()).length, 1);
});

test('dropAfterCommit charges once and cuts the connection; the same key then brings the answer', async (t) => {
  const sandbox = await runSandbox(t);
  await sandbox.setFaults({ dropAfterCommit: true });
  await assert.rejects(sandbox.keyIn({}, KEY));
  assert.equal((await sandbox.ledger()).length, 1);
  await assert.rejects(sandbox.keyIn({}, KEY));
  await sandbox.setFaults({});
  const again = await sandbox.keyIn({}, KEY);
  assert.equal(again.body.status, 'DONE');
  assert.deepEqual((await sandbox.get(LOOKUP)).body, again.body);
  assert.equal((await sandbox.ledger()).length, 1);
});

test('errorAfterCommit charges and answers the chosen 5xx', async (t) => {
  const sandbox = await runSandbox(t);
  await sandbox.setFaults({ errorAfterCommit: 503 });
  assert.equal((await sandbox.keyIn({}, KEY)).status, 503);
  assert.equal((await sandbox.get(LOOKUP)).body.status, 'DONE');
  assert.equal((await sandbox.ledger()).length, 1);
});

test('wrongAmount and nonJson distort the answer and not the ledger', async (t) => {
  const sandbox = await runSandbox(t);
  await sandbox.setFaults({ wrongAmount: true });
  assert.equal((await sandbox.keyIn()).body.totalAmount, 3_001);
  assert.equal((await sandbox.get(LOOKUP)).body.totalAmount, 3_001);
  await sandbox.setFaults({ nonJson: true });
  const page = await sandbox.keyIn({ orderId: 'order-000002' });
  assert.equal(page.status, 200);
  assert.throws(() => JSON.parse(page.text));
  assert.deepEqual(
    (await sandbox.ledger()).map((charge) => charge.amount),
    [3_000, 3_000],
  );
  await sandbox.setFaults({});
  assert.equal((await sandbox.get(LOOKUP)).body.totalAmount, 3_000);
});

test('notFoundMs hides a payment from lookups for that long after its commit', async (t) => {
  let nowMs = Date.now();
  const sandbox = await runSandbox(t, { now: () => nowMs });
  const { body } = await sandbox.keyIn();
  await sandbox.setFaults({ notFoundMs: 60_000 });
  nowMs += 59_999;
  assert.equal((await sandbox.get(LOOKUP)).status, 404);
  assert.equal((await sandbox.get(`/v1/payments/${body.paymentKey}`)).status, 404);
  assert.equal((await sandbox.ledger()).length, 1);
  nowMs += 1;
  assert.equal((await sandbox.get(LOOKUP)).status, 200);
});

test('delayMs holds requests to the provider back and leaves the sandbox routes alone', async (t) => {
  const sandbox = await runSandbox(t);
  await sandbox.setFaults({ delayMs: 150 });
  const startedAt = performance.now();
  assert.equal((await sandbox.keyIn()).status, 200);
  // Timers count whole milliseconds and may fire within the one they were set for.
  assert.ok(performance.now() - startedAt >= 149);
});

test('a caller that goes away during the delay is charged nevertheless', async (t) => {
  const sandbox = await runSandbox(t);
  await sandbox.setFaults({ delayMs: 50 });
  const body = JSON.stringify(SEED);
  const socket = connect({ host: '127.0.0.1', port: Number(new URL(sandbox.url).port) });
  await once(socket, 'connect');
  const head = [
    'POST /v1/payments/key-in HTTP/1.1',
    'Host: sandbox',
    `Authorization: ${basicAuth(DEFAULT_SECRET_KEY)}`,
    'Content-Type: application/json',
    `Content-Length: ${Buffer.byteLength(body)}`,
  ];
  socket.write(`${head.join('\r\n')}\r\n\r\n${body}`, () => socket.destroy());
  await until(async () => (await sandbox.ledger()).length === 1, 'the late charge');
});

test('a request still delayed when the sandbox stops is cut and not charged', async (t) => {
  const databasePath = join(temporaryFolder(t), 'ledger.sqlite');
  const sandbox = await runSandbox(t, { databasePath });
  await sandbox.setFaults({ delayMs: 600_000 });
  // The one that is answered 409 proves that the other one is being held back.
  const both = [sandbox.keyIn({}, KEY), sandbox.keyIn({}, KEY)];
  const settled = Promise.allSettled(both);
  assert.equal((await Promise.race(both)).status, 409);
  await sandbox.close();
  assert.deepEqual((await settled).map((result) => result.status).sort(), ['fulfilled', 'rejected']);
  assert.deepEqual(await (await runSandbox(t, { databasePath })).ledger(), []);
});

test('card …0341 is charged and then cut; a lookup finds it DONE', async (t) => {
  const sandbox = await runSandbox(t);
  await assert.rejects(sandbox.keyIn({ cardNumber: '4000000000000341' }, KEY));
  assert.equal((await sandbox.ledger()).length, 1);
  assert.equal((await sandbox.get(LOOKUP)).body.status, 'DONE');
  assert.equal((await sandbox.keyIn({ cardNumber: '4000000000000341' }, KEY)).body.status, 'DONE');
  assert.equal((await sandbox.ledger()).length, 1);
});

test('card …0259 is charged at once and answered later', async (t) => {
  const sandbox = await runSandbox(t, { slowAnswerMs: 300 });
  const startedAt = performance.now();
  const answer = sandbox.keyIn({ cardNumber: '4000000000000259' });
  await until(async () => (await sandbox.ledger()).length === 1, 'the charge');
  assert.equal((await answer).body.status, 'DONE');
  assert.ok(performance.now() - startedAt >= 299);
});

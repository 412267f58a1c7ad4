import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type TestContext, test } from 'node:test';
import { type Caller, runSandbox, until } from './sandbox-fixture.ts';

const ORDER_ID = 'order-000001';
const REQUEST = { amount: 3_000, orderId: ORDER_ID, orderName: '마우스 패드', customerName: '홍길동', bank: '20' };

const issue = (sandbox: Caller) => sandbox.post('/v1/virtual-accounts', REQUEST);
const deposit = (sandbox: Caller) => sandbox.post('/_sandbox/deposits', { orderId: ORDER_ID });

/** A merchant that answers with these statuses, then with 200, and keeps what it was told. */
async function startMerchant(t: TestContext, ...statuses: number[]) {
  const told: { transmission: unknown; notice: Record<string, unknown> }[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (text: string) => {
      body += text;
    });
    request.on('end', () => {
      told.push({ transmission: request.headers['tosspayments-webhook-transmission-id'], notice: JSON.parse(body) });
      response.writeHead(statuses.shift() ?? 200).end();
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  return { told, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/webhooks/toss` };
}

const run = (t: TestContext, webhookUrl: string) => runSandbox(t, { webhookUrl, webhookRetryAfterMs: [10, 10, 10] });

test('a deposit is told with the secret of the account, until the merchant takes it', async (t) => {
  const merchant = await startMerchant(t, 500, 503);
  const sandbox = await run(t, merchant.url);
  const issued = await issue(sandbox);
  const paid = await deposit(sandbox);
  await until(() => merchant.told.length === 3, 'three deliveries');
  const { createdAt, ...notice } = merchant.told[2]?.notice ?? {};
  assert.deepEqual(notice, {
    secret: issued.body.secret,
    status: 'DONE',
    transactionKey: paid.body.lastTransactionKey,
    orderId: ORDER_ID,
  });
  assert.match(String(createdAt), /\+09:00$/);
  assert.equal(new Set(merchant.told.map(({ transmission }) => transmission)).size, 1);
});

test('a merchant that is down keeps no deposit from being made, nor the sandbox from stopping', async (t) => {
  const sandbox = await runSandbox(t, { webhookUrl: 'http://127.0.0.1:9/', webhookRetryAfterMs: [60_000] });
  await issue(sandbox);
  assert.equal((await deposit(sandbox)).body.status, 'DONE');
  await sandbox.close();
});

test('knobs send a notice twice, after a later one, or not at all', async (t) => {
  const merchant = await startMerchant(t);
  const sandbox = await run(t, merchant.url);
  await issue(sandbox);
  await sandbox.setFaults({ webhookCopies: 2, webhookStale: true });
  await deposit(sandbox);
  await until(() => merchant.told.length === 3, 'three notices');
  assert.deepEqual(
    merchant.told.map(({ notice }) => notice.status),
    ['DONE', 'DONE', 'WAITING_FOR_DEPOSIT'],
  );
});

test('what a deposit says of its own notice holds for that notice alone, whatever the knobs are', async (t) => {
  const merchant = await startMerchant(t);
  const sandbox = await run(t, merchant.url);
  await issue(sandbox);
  await sandbox.setFaults({ webhookCopies: 3 });
  const move = (what: string, knobs: object) => sandbox.post(`/_sandbox/${what}`, { orderId: ORDER_ID, ...knobs });
  assert.equal((await move('deposits', { webhookCopies: 11 })).status, 400);
  await move('deposits', { webhookCopies: 0 });
  await move('deposit-reversals', { webhookCopies: 1, webhookStale: true });
  await until(() => merchant.told.length === 2, 'two notices');
  await move('deposits', {});
  await until(() => merchant.told.length === 5, 'three more');
  assert.deepEqual(
    merchant.told.map(({ notice }) => notice.status),
    ['WAITING_FOR_DEPOSIT', 'DONE', 'DONE', 'DONE', 'DONE'],
  );
});

test('a deposit that is taken back is no charge any more, is told, and may be made again', async (t) => {
  const merchant = await startMerchant(t);
  const sandbox = await run(t, merchant.url);
  await issue(sandbox);
  const takeBack = () => sandbox.post('/_sandbox/deposit-reversals', { orderId: ORDER_ID });
  assert.equal((await takeBack()).status, 409);
  await deposit(sandbox);
  assert.equal((await takeBack()).body.status, 'WAITING_FOR_DEPOSIT');
  assert.deepEqual(await sandbox.ledger(), []);
  await until(() => merchant.told.at(-1)?.notice.status === 'WAITING_FOR_DEPOSIT', 'the notice of the reversal');
  assert.equal((await deposit(sandbox)).body.status, 'DONE');
  assert.equal((await sandbox.ledger()).length, 1);
});

import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import { after, before, describe, test } from 'node:test';
import { startTestDatabase, type TestDatabase } from './database.ts';
import { processes } from './process.ts';
import { startTestSandbox, type TestSandbox } from './sandbox.ts';
import { cardRequest } from './service.ts';

describe('the payment process', () => {
  let database: TestDatabase;
  let sandbox: TestSandbox;
  const {
    spawnMain,
    start: startProcess,
    killAll,
  } = processes(() => ({
    DB_URL: database.url,
    TOSS_BASE_URL: sandbox.url,
  }));
  before(async () => {
    [database, sandbox] = await Promise.all([startTestDatabase(), startTestSandbox()]);
  });
  after(async () => {
    await killAll();
    await Promise.all([sandbox.close(), database.close()]);
  });

  test('says in one line that it is ready, charges, and stops with code 0', async () => {
    const service = await startProcess();
    assert.equal(service.ready.ready, true);
    assert.equal(service.ready.service, 'payment');
    assert.equal((await service.payment.make_payment(cardRequest())).paymentStatus, 'Approved');
    assert.equal(await service.stop('SIGTERM'), 0);
  });

  test('stopped with a charge under way it waits for the outcome and records it', async () => {
    const service = await startProcess();
    const request = cardRequest({ cardNumber: '4000000000000259' });
    assert.equal((await service.payment.make_payment(request, { timeoutMs: 700 })).paymentStatus, 'Pending');
    assert.equal(await service.stop('SIGTERM'), 0);
    const [row] = await database.sql`SELECT status FROM payment_attempt WHERE order_id = ${request.orderId}`;
    assert.equal(row?.status, 'approved');
  });

  test('a bad configuration is named whole, without a value, and ends it with code 1', async () => {
    const { exited, stderr } = spawnMain({ TOSS_BASE_URL: 'http://api.example.com', TCP_PORT: 'x', DB_URL: '' });
    assert.equal(await exited, 1);
    for (const key of ['TOSS_BASE_URL', 'TCP_PORT', 'DB_URL']) assert.ok(stderr().includes(key), key);
    assert.ok(!stderr().includes('api.example.com'));
  });

  test('a port that is taken is named with the variable that moves it', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    const port = typeof address === 'object' && address !== null ? String(address.port) : '';
    const { exited, stderr } = spawnMain({ TCP_PORT: port });
    assert.equal(await exited, 1);
    server.close();
    assert.ok(stderr().includes(port) && stderr().includes('TCP_PORT'));
  });
});

import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { createInterface } from 'node:readline';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { paymentContract } from '@shop/contracts';
import { createClient } from 'cmdrpc';
import { startTestDatabase, type TestDatabase } from './database.ts';
import { SECRET_KEY, startTestSandbox, type TestSandbox } from './sandbox.ts';
import { cardRequest, eventually, type PaymentClient } from './service.ts';

interface PaymentProcess {
  readonly child: ChildProcess;
  readonly ready: Record<string, unknown>;
  readonly payment: PaymentClient;
  /** Ends it by this signal; resolves to its exit code. */
  stop(signal: NodeJS.Signals): Promise<number | null>;
}

describe('the payment process', () => {
  let database: TestDatabase;
  let sandbox: TestSandbox;
  const children = new Set<ChildProcess>();
  before(async () => {
    [database, sandbox] = await Promise.all([startTestDatabase(), startTestSandbox()]);
  });
  after(async () => {
    for (const child of children) child.kill('SIGKILL');
    await Promise.all([sandbox.close(), database.close()]);
  });

  const spawnMain = (env: Record<string, string>) => {
    const child = spawn(process.execPath, [fileURLToPath(new URL('../src/main.ts', import.meta.url))], {
      env: {
        HOST: '127.0.0.1',
        TCP_PORT: '0',
        DB_URL: database.url,
        ORDER_HOST: '127.0.0.1',
        TOSS_BASE_URL: sandbox.url,
        TOSS_SECRET_KEY: SECRET_KEY,
        ...env,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    children.add(child);
    let stderr = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    const exited = once(child, 'exit').then(([code]) => {
      children.delete(child);
      return code as number | null;
    });
    return { child, exited, stderr: () => stderr };
  };

  const startProcess = async (): Promise<PaymentProcess> => {
    const { child, exited, stderr } = spawnMain({});
    const lines = createInterface(child.stdout as NodeJS.ReadableStream);
    const line = await Promise.race([
      once(lines, 'line').then(([text]) => String(text)),
      exited.then((code) => {
        throw new Error(`payment exited with ${code}: ${stderr()}`);
      }),
    ]);
    const ready = JSON.parse(line) as Record<string, unknown>;
    const payment = createClient(paymentContract, { target: `tcp://127.0.0.1:${ready.port}`, name: 'test' });
    return {
      child,
      ready,
      payment,
      async stop(signal) {
        await payment.$.close();
        child.kill(signal);
        return exited;
      },
    };
  };

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

  test('killed with a charge under way, the next process answers Pending and charges nothing', async () => {
    const request = cardRequest({ cardNumber: '4000000000000259' });
    const killed = await startProcess();
    const call = killed.payment.make_payment.safe(request);
    await eventually(
      () => sandbox.charges(request.orderId),
      (charges) => charges.length === 1,
    );
    killed.child.kill('SIGKILL');
    await call;
    await killed.payment.$.close();
    const next = await startProcess();
    assert.equal((await next.payment.make_payment(request)).paymentStatus, 'Pending');
    const blocked = await next.payment.make_payment.safe({ ...request, attempt: 2 });
    assert.equal(blocked.error?.reason, 'order_has_live_attempt');
    const given = await next.payment.abandon_attempt.safe({ orderId: request.orderId, attempt: 1 });
    assert.equal(given.error?.reason, 'attempt_in_flight');
    assert.equal((await sandbox.charges(request.orderId)).length, 1);
    await next.stop('SIGTERM');
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

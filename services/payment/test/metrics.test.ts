import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { startTestDatabase, type TestDatabase } from './database.ts';
import { type Pipe, startPipe } from './pipe.ts';
import { processes } from './process.ts';
import { startTestSandbox, type TestSandbox } from './sandbox.ts';
import { cardRequest, eventually } from './service.ts';

describe('the measurements of payment', () => {
  let database: TestDatabase;
  let sandbox: TestSandbox;
  let pipe: Pipe;
  const { start, killAll } = processes(() => {
    const url = new URL(database.url);
    url.hostname = '127.0.0.1';
    url.port = String(pipe.port);
    return { DB_URL: url.href, TOSS_BASE_URL: sandbox.url, METRICS_PORT: '0', RECOVERY_TIME_SCALE: '0.02' };
  });
  before(async () => {
    [database, sandbox] = await Promise.all([startTestDatabase(), startTestSandbox()]);
    const { hostname, port } = new URL(database.url);
    pipe = await startPipe(hostname, Number(port));
  });
  after(async () => {
    await killAll();
    await pipe.close();
    await Promise.all([sandbox.close(), database.close()]);
  });

  test('tell what waits for Order, what recovery does and what is stuck, and that none of it is known while the database is away', async () => {
    // Nobody is where Order should be.
    const service = await start();
    const url = `http://127.0.0.1:${String(service.ready.metricsPort)}/metrics`;
    const read = async (series: string): Promise<number> => {
      const line = (await (await fetch(url)).text()).split('\n').find((each) => each.startsWith(`${series} `));
      return Number(line?.slice(series.length + 1));
    };
    const untilReads = (series: string, isWanted: (value: number) => boolean) =>
      eventually(() => read(series), isWanted);

    assert.equal(await read('payment_outbox_waiting'), 0);
    assert.equal((await service.payment.make_payment(cardRequest())).paymentStatus, 'Approved');
    assert.equal(await read('payment_outbox_waiting'), 1);
    await untilReads('payment_outbox_lag_seconds', (seconds) => seconds > 0);
    await untilReads('payment_outbox_failures_total', (failures) => failures > 0);
    assert.equal(await read('payment_outbox_acknowledged_total'), 0);
    assert.equal(
      await read('rpc_call_duration_seconds_count{side="server",service="payment",method="make_payment",code="ok"}'),
      1,
    );

    await sandbox.faults({ wrongAmount: true });
    const held = cardRequest();
    await service.payment.make_payment(held);
    await untilReads('payment_recovery_looks_total', (looks) => looks > 0);
    await untilReads('payment_recovery_events_total{event="mismatches"}', (mismatches) => mismatches > 0);
    assert.equal(await read('payment_attempts_stuck'), 0);
    await database.sql`
      UPDATE payment_attempt SET created_at = now() - interval '1 hour' WHERE order_id = ${held.orderId}`;
    await untilReads('payment_attempts_stuck', (stuck) => stuck === 1);
    assert.match(service.stderr(), /attempts are stuck/);

    pipe.cut();
    for (const series of ['payment_attempts_stuck', 'payment_outbox_waiting', 'payment_outbox_lag_seconds'])
      await untilReads(series, (value) => value === -1);
    pipe.mend();
    await untilReads('payment_attempts_stuck', (stuck) => stuck === 1);
    await untilReads('payment_outbox_waiting', (waiting) => waiting === 1);

    assert.equal((await fetch(new URL('/', url))).status, 404);
    assert.equal((await fetch(url, { method: 'POST' })).status, 404);
    assert.equal(await service.stop('SIGTERM'), 0);
  });
});

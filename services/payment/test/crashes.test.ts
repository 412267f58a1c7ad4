import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, describe, test } from 'node:test';
import { type ChaosProxy, chaosProxy } from 'cmdrpc/testing';
import { startTestDatabase, type TestDatabase } from './database.ts';
import { startTestOrder, type TestOrder } from './order.ts';
import { startPipe } from './pipe.ts';
import { type PaymentProcess, processes } from './process.ts';
import { startTestSandbox, type TestSandbox } from './sandbox.ts';
import { cardRequest, eventually, startService, type TestService } from './service.ts';

const SLOW_CARD = '4000000000000259';

describe('a payment process that is killed', () => {
  let database: TestDatabase;
  let sandbox: TestSandbox;
  let order: TestOrder;
  const { start, killAll } = processes(() => ({
    DB_URL: database.url,
    TOSS_BASE_URL: sandbox.url,
    ORDER_TCP_PORT: String(order.port),
    RECOVERY_TIME_SCALE: '0.02',
  }));
  before(async () => {
    [database, sandbox, order] = await Promise.all([startTestDatabase(), startTestSandbox(), startTestOrder()]);
  });
  beforeEach(() => sandbox.faults({}));
  afterEach(killAll);
  after(async () => {
    await killAll();
    await Promise.all([sandbox.close(), database.close(), order.close()]);
  });

  const settled = ({ payment }: PaymentProcess, orderId: string, attempt = 1) =>
    eventually(
      () => payment.get_payment({ orderId, attempt }),
      ({ paymentStatus }) => paymentStatus !== 'Pending',
    );
  const untilTold = (orderId: string, paymentStatus: string) =>
    eventually(
      async () => order.of(orderId),
      (told) => told.some((each) => each.paymentStatus === paymentStatus),
    );
  const rowOf = async (orderId: string) => {
    const [row] = await database.sql`SELECT * FROM payment_attempt WHERE order_id = ${orderId}`;
    return row;
  };

  test('between its row and the sending has charged nothing: the attempt is rejected as not sent', async () => {
    const killed = await start();
    // Holds the very write that precedes the first byte.
    await database.sql.unsafe(`
      CREATE FUNCTION hold() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_sleep(60); RETURN NEW; END $$;
      CREATE TRIGGER hold BEFORE UPDATE OF sent_at ON payment_attempt
        FOR EACH ROW WHEN (OLD.sent_at IS NULL AND NEW.sent_at IS NOT NULL) EXECUTE FUNCTION hold();`);
    const request = cardRequest();
    const call = killed.payment.make_payment.safe(request);
    await eventually(
      () => rowOf(request.orderId),
      (row) => row !== undefined,
    );
    await killed.stop('SIGKILL');
    await call;
    await database.sql`
      SELECT pg_terminate_backend(pid) FROM pg_stat_activity
      WHERE datname = current_database() AND application_name = 'payment'`;
    await database.sql.unsafe('DROP TRIGGER hold ON payment_attempt');
    const next = await start();
    const found = await settled(next, request.orderId);
    assert.deepEqual([found.paymentStatus, found.reason], ['Rejected', 'not_sent']);
    assert.deepEqual(await sandbox.charges(request.orderId), []);
    await untilTold(request.orderId, 'Rejected');
  });

  test('while the provider decides leaves a charge that the next process finds', async () => {
    await sandbox.faults({ delayMs: 700 });
    const pipe = await startPipe('127.0.0.1', sandbox.port);
    const killed = await start({ TOSS_BASE_URL: `http://127.0.0.1:${pipe.port}` });
    const request = cardRequest();
    const call = killed.payment.make_payment.safe(request);
    await eventually(
      async () => pipe.carriedBytes(),
      (bytes) => bytes > 0,
    );
    await killed.stop('SIGKILL');
    await call;
    await pipe.close();
    await eventually(
      () => sandbox.charges(request.orderId),
      (charges) => charges.length === 1,
    );
    await sandbox.faults({});
    const next = await start();
    assert.equal((await settled(next, request.orderId)).paymentStatus, 'Approved');
    assert.equal((await next.payment.make_payment(request)).paymentStatus, 'Approved');
    assert.equal((await sandbox.charges(request.orderId)).length, 1);
    await untilTold(request.orderId, 'Approved');
  });

  test('after the provider has approved and before it is recorded is repaired by a lookup, and by no second charge', async () => {
    const killed = await start();
    const request = cardRequest({ cardNumber: SLOW_CARD });
    const call = killed.payment.make_payment.safe(request);
    await eventually(
      () => sandbox.charges(request.orderId),
      (charges) => charges.length === 1,
    );
    await killed.stop('SIGKILL');
    await call;
    const next = await start();
    assert.equal((await settled(next, request.orderId)).paymentStatus, 'Approved');
    const blocked = await next.payment.make_payment.safe({ ...request, attempt: 2 });
    assert.equal(blocked.error?.reason, 'order_has_live_attempt');
    assert.equal((await sandbox.charges(request.orderId)).length, 1);
    await untilTold(request.orderId, 'Approved');
  });

  test('before Order has heard of the approval leaves it in the outbox, and the next process tells it', async () => {
    const killed = await start({ ORDER_TCP_PORT: '9' });
    const request = cardRequest();
    const reply = await killed.payment.make_payment(request);
    await killed.stop('SIGKILL');
    assert.deepEqual(order.of(request.orderId), []);
    const next = await start();
    await untilTold(request.orderId, 'Approved');
    assert.deepEqual(await next.payment.make_payment(request), reply);
  });

  test('while a refund is on its way gives the money back once', async () => {
    const killed = await start();
    const request = cardRequest();
    const { orderId } = request;
    await killed.payment.make_payment(request);
    await sandbox.faults({ delayMs: 700 });
    const call = killed.payment.cancel_payment.safe({ orderId, attempt: 1, reason: 'changed my mind' });
    await eventually(
      () => rowOf(orderId),
      (row) => row?.status === 'refund_pending',
    );
    await killed.stop('SIGKILL');
    await call;
    await sandbox.faults({});
    const next = await start();
    await untilTold(orderId, 'Canceled');
    const again = await next.payment.cancel_payment({ orderId, attempt: 1, reason: 'once more' });
    assert.equal(again.paymentStatus, 'Canceled');
    const [charge] = await sandbox.charges(orderId);
    assert.equal(charge?.canceledAmount, 3_000);
  });

  test('again and again, at any moment, ends with every order settled as the ledger says', async () => {
    const requests = Array.from({ length: 4 }, () =>
      Array.from({ length: 8 }, (_, index) => cardRequest(index % 4 === 0 ? { cardNumber: SLOW_CARD } : {})),
    );
    await sandbox.faults({ delayMs: 30 });
    for (const [round, batch] of requests.entries()) {
      const killed = await start();
      const calls = batch.map((request) => killed.payment.make_payment.safe(request));
      // Each round dies at another point of the charges' way.
      await eventually(
        async () => (await Promise.all(batch.map(({ orderId }) => sandbox.charges(orderId)))).flat().length,
        (charges) => charges >= round * 2,
      );
      await killed.stop('SIGKILL');
      await Promise.all(calls);
    }
    await sandbox.faults({});
    const last = await start();
    let paid = 0;
    for (const { orderId } of requests.flat()) {
      const [row] = await database.sql`SELECT 1 FROM payment_attempt WHERE order_id = ${orderId}`;
      const charges = await sandbox.charges(orderId);
      if (row === undefined) {
        assert.deepEqual(charges, []);
        continue;
      }
      const { paymentStatus } = await settled(last, orderId);
      await untilTold(orderId, paymentStatus);
      const kept = (await sandbox.charges(orderId)).filter(({ amount, canceledAmount }) => canceledAmount < amount);
      assert.equal(kept.length, paymentStatus === 'Approved' ? 1 : 0, `${orderId} is ${paymentStatus}`);
      paid += kept.length;
    }
    assert.ok(paid > 0);
  });
});

describe('a payment service whose database goes away', () => {
  let database: TestDatabase;
  let sandbox: TestSandbox;
  before(async () => {
    [database, sandbox] = await Promise.all([startTestDatabase(), startTestSandbox()]);
  });
  after(() => Promise.all([sandbox.close(), database.close()]));

  test('sends nothing while it has none, and records what was approved meanwhile when it is back', async () => {
    const url = new URL(database.url);
    const pipe = await startPipe(url.hostname, Number(url.port));
    url.port = String(pipe.port);
    const service = await startService({ dbUrl: url.href, baseUrl: sandbox.url, recoveryScale: 0.02 });
    try {
      const underWay = cardRequest({ cardNumber: SLOW_CARD });
      const call = service.payment.make_payment.safe(underWay, { timeoutMs: 3_000 });
      await eventually(
        () => sandbox.charges(underWay.orderId),
        (charges) => charges.length === 1,
      );
      pipe.cut();
      const refused = cardRequest();
      const { error } = await service.payment.make_payment.safe(refused, { timeoutMs: 1_000 });
      assert.deepEqual([error?.code, error?.delivery], ['unavailable', 'answered']);
      assert.deepEqual(await sandbox.charges(refused.orderId), []);
      await call;
      pipe.mend();
      const settled = await eventually(
        () => service.payment.get_payment.safe({ orderId: underWay.orderId }),
        (answer) => answer.ok && answer.value.paymentStatus !== 'Pending',
      );
      assert.equal(settled.value?.paymentStatus, 'Approved');
      assert.equal((await sandbox.charges(underWay.orderId)).length, 1);
    } finally {
      pipe.mend();
      await service.stop();
      await pipe.close();
    }
  });
});

describe('a payment service that hears nothing any more of its database, which hears it', () => {
  let database: TestDatabase;
  let sandbox: TestSandbox;
  let proxy: ChaosProxy;
  let service: TestService;
  before(async () => {
    [database, sandbox] = await Promise.all([startTestDatabase(), startTestSandbox()]);
    const url = new URL(database.url);
    proxy = await chaosProxy({ target: `tcp://${url.host}` });
    url.host = `127.0.0.1:${proxy.port}`;
    service = await startService({
      dbUrl: url.href,
      baseUrl: sandbox.url,
      recoveryScale: 0.02,
      // One connection, so that it has prepared what is lost: the first time, a statement waits for its description.
      pool: { max: 1, answerTimeoutMs: 1_000 },
    });
  });
  after(async () => {
    heal();
    await service.stop();
    await proxy.close();
    await Promise.all([sandbox.close(), database.close()]);
  });

  const loseAnswers = (): void => proxy.set({ blackhole: true }, 'to-client');
  /** The proxy has lost bytes in the middle of connections, which a network would not: they end. */
  const heal = (): void => {
    proxy.cut();
    proxy.set({});
  };
  const rowOf = async (orderId: string) =>
    (await database.sql`SELECT status, sent_at, payment_key FROM payment_attempt WHERE order_id = ${orderId}`)[0];
  const statusOf = (orderId: string, isWanted: (status: string | undefined) => boolean) =>
    eventually(async () => (await service.payment.get_payment.safe({ orderId })).value?.paymentStatus, isWanted);

  test('sends no charge whose row it does not know to be written, though it is, and settles it as never sent', async () => {
    assert.equal((await service.payment.make_payment(cardRequest())).paymentStatus, 'Approved');
    loseAnswers();
    const request = cardRequest();
    const { error } = await service.payment.make_payment.safe(request, { timeoutMs: 8_000 });
    assert.deepEqual([error?.code, error?.delivery], ['unavailable', 'answered']);
    assert.ok(service.logs.some((line) => line.includes('ANSWER_TIMEOUT')));
    const row = await rowOf(request.orderId);
    assert.deepEqual([row?.status, row?.sent_at], ['processing', null]);
    heal();
    assert.equal(await statusOf(request.orderId, (status) => status !== undefined && status !== 'Pending'), 'Rejected');
    assert.deepEqual(await sandbox.charges(request.orderId), []);
  });

  test('a charge whose outcome it cannot know to be written is recorded when it can be, and made once', async () => {
    const request = cardRequest({ cardNumber: SLOW_CARD });
    const call = service.payment.make_payment.safe(request, { timeoutMs: 3_000 });
    await eventually(
      () => sandbox.charges(request.orderId),
      (charges) => charges.length === 1,
    );
    loseAnswers();
    await call;
    await eventually(
      async () => service.logs.some((line) => line.includes('outcome not recorded') && line.includes(request.orderId)),
      (isSaid) => isSaid,
    );
    heal();
    assert.equal(await statusOf(request.orderId, (status) => status === 'Approved'), 'Approved');
    assert.equal((await sandbox.charges(request.orderId)).length, 1);
  });
});

import assert from 'node:assert/strict';
import { after, afterEach, before, describe, test } from 'node:test';
import { uuidv7 } from 'uuidv7';
import { createOutboxStore } from '../src/store/outbox.ts';
import { startTestDatabase, type TestDatabase } from './database.ts';
import { startTestOrder, type TestOrder, type Told } from './order.ts';
import { startTestSandbox, type TestSandbox } from './sandbox.ts';
import { cardRequest, eventually, startService, type TestService } from './service.ts';

describe('the outbox', () => {
  let database: TestDatabase;
  let sandbox: TestSandbox;
  const stops: (() => Promise<void>)[] = [];
  before(async () => {
    [database, sandbox] = await Promise.all([startTestDatabase(), startTestSandbox()]);
  });
  afterEach(async () => {
    for (const stop of stops.splice(0).reverse()) await stop();
    await database.sql`DELETE FROM payment_outbox`;
  });
  after(() => Promise.all([sandbox.close(), database.close()]));

  const startOrder = async (port = 0, take?: (told: Told) => void | Promise<void>): Promise<TestOrder> => {
    const order = await startTestOrder(port, take);
    stops.push(order.close);
    return order;
  };
  const start = async (orderPort: number): Promise<TestService> => {
    const service = await startService({ dbUrl: database.url, baseUrl: sandbox.url, orderPort });
    stops.push(service.stop);
    return service;
  };
  const untilTold = (order: TestOrder, orderId: string, count = 1) =>
    eventually(
      async () => order.of(orderId),
      (told) => told.length >= count,
    );
  const untilEmpty = (service: TestService) =>
    eventually(
      () => service.publisher.stats(),
      ({ backlog }) => backlog?.size === 0,
    );
  const announce = (orderId: string, attempt: number) =>
    database.sql`
      INSERT INTO payment_outbox (order_id, attempt, payment_id, payment_status)
      VALUES (${orderId}, ${attempt}, ${uuidv7()}, 'Rejected')`;

  test('Order is told of an approval and of a decline, once each, without waiting for a search', async () => {
    const order = await startOrder();
    const service = await start(order.port);
    const paid = cardRequest();
    const declined = cardRequest({ cardNumber: '4000000000000002' });
    await service.payment.make_payment(paid);
    await service.payment.make_payment(declined);
    assert.deepEqual(await untilTold(order, paid.orderId), [
      { orderId: paid.orderId, attempt: 1, paymentStatus: 'Approved', reason: undefined },
    ]);
    assert.deepEqual(await untilTold(order, declined.orderId), [
      { orderId: declined.orderId, attempt: 1, paymentStatus: 'Rejected', reason: 'REJECT_CARD_PAYMENT' },
    ]);
    await untilEmpty(service);
    assert.equal(order.told.length, 2);
    assert.equal((await service.publisher.stats()).acknowledged, 2);
  });

  test('an announcement commits with the outcome or not at all', async () => {
    const service = await start(9);
    const request = cardRequest({ cardNumber: '4000000000000341' });
    await service.payment.make_payment(request);
    await database.sql.unsafe(`
      CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'disk full'; END $$;
      CREATE TRIGGER refuse BEFORE INSERT ON payment_outbox FOR EACH ROW EXECUTE FUNCTION refuse();`);
    const seen = await service.deps.store.find(request.orderId, 1);
    assert.ok(seen);
    try {
      const approval = { paymentKey: 'k', approveNo: null, issuerCode: null, approvedAt: null };
      await assert.rejects(service.deps.store.apply(seen, { status: 'approved', ...approval }, 0));
    } finally {
      await database.sql.unsafe('DROP TRIGGER refuse ON payment_outbox');
    }
    assert.equal((await service.deps.store.find(request.orderId, 1))?.status, 'unknown');
  });

  test('while Order is down nothing is lost, and it hears of everything when it is back', async () => {
    const { port, close } = await startTestOrder();
    await close();
    const service = await start(port);
    const requests = Array.from({ length: 20 }, () => cardRequest());
    for (const request of requests)
      assert.equal((await service.payment.make_payment(request)).paymentStatus, 'Approved');
    await eventually(
      async () => service.logs.some((line) => line.includes('order takes no settled payments')),
      (isSaid) => isSaid,
    );
    const waiting = await service.publisher.stats();
    assert.equal(waiting.backlog?.size, 20);
    assert.ok(waiting.backlog.lagMs > 0);
    const order = await startOrder(port);
    await untilEmpty(service);
    for (const { orderId } of requests) assert.ok(order.of(orderId).length >= 1);
  });

  test('Order hears of a payment also when it was away until the call that settled it was over', async () => {
    const { port, close } = await startTestOrder();
    await close();
    const service = await start(port);
    const request = cardRequest();
    const timeoutMs = 1_000;
    const startedMs = performance.now();
    assert.equal((await service.payment.make_payment(request, { timeoutMs })).paymentStatus, 'Approved');
    await eventually(
      async () => performance.now() - startedMs,
      (tookMs) => tookMs > timeoutMs,
    );
    const order = await startOrder(port);
    await untilTold(order, request.orderId);
    await untilEmpty(service);
  });

  test('what Order cannot take is told again until it can, in the order it happened, and holds up no other order', async () => {
    const poisoned = uuidv7();
    const other = uuidv7();
    let refusals = 3;
    const order = await startOrder(0, ({ orderId, attempt }) => {
      if (orderId === poisoned && attempt === 1 && refusals-- > 0) throw new Error('order could not take it');
    });
    for (const attempt of [1, 2, 3]) await announce(poisoned, attempt);
    await announce(other, 1);
    const service = await start(order.port);
    await untilEmpty(service);
    assert.deepEqual(
      order.of(poisoned).map(({ attempt }) => attempt),
      [1, 2, 3],
    );
    assert.equal(order.told[0]?.orderId, other);
    assert.ok((await service.publisher.stats()).failures >= 3);
  });

  test('two publishers drain a backlog: everything is told, of each order in the order it happened', async () => {
    const orderIds = Array.from({ length: 40 }, () => uuidv7());
    for (const attempt of [1, 2, 3]) await Promise.all(orderIds.map((orderId) => announce(orderId, attempt)));
    const order = await startOrder();
    const [first] = await Promise.all([start(order.port), start(order.port)]);
    assert.ok(first);
    await untilEmpty(first);
    for (const orderId of orderIds)
      assert.deepEqual(
        order.of(orderId).map(({ attempt }) => attempt),
        [1, 2, 3],
      );
    assert.equal(order.told.length, 120);
  });

  test('a backlog drains eight at a time, and live charges are answered meanwhile', async () => {
    await database.sql`
      INSERT INTO payment_outbox (order_id, attempt, payment_id, payment_status)
      SELECT gen_random_uuid(), 1, gen_random_uuid(), 'Rejected' FROM generate_series(1, 600)`;
    let atOnce = 0;
    let most = 0;
    const order = await startOrder(0, async () => {
      most = Math.max(most, ++atOnce);
      for (let turns = 0; turns < 20; turns++) await new Promise((next) => setImmediate(next));
      atOnce--;
    });
    const service = await start(order.port);
    const statuses: string[] = [];
    while (order.told.length < 600) {
      statuses.push((await service.payment.make_payment(cardRequest())).paymentStatus);
    }
    assert.ok(statuses.length > 1, 'they did not wait for the backlog');
    assert.ok(statuses.every((status) => status === 'Approved'));
    await untilEmpty(service);
    assert.equal(order.told.length, 600 + statuses.length);
    assert.equal(most, 8);
  });

  test('what a publisher held that died is told by another when its lease has run out', async () => {
    const orderId = uuidv7();
    await announce(orderId, 1);
    const [held] = await createOutboxStore(database.sql).take('dead', 300, 10);
    assert.equal(held?.orderId, orderId);
    const order = await startOrder();
    await start(order.port);
    await untilTold(order, orderId);
  });

  test('what a publisher could not acknowledge it tells again without waiting for its own lease', async () => {
    const outbox = createOutboxStore(database.sql);
    await announce(uuidv7(), 1);
    const hour = 3_600_000;
    const [first] = await outbox.take('a', hour, 10);
    assert.deepEqual(await outbox.take('b', hour, 10), []);
    const [again] = await outbox.take('a', hour, 10);
    assert.deepEqual(again, { ...first, tries: 2 });
  });

  test('what was acknowledged is kept for its time and then deleted in batches; what waits is never deleted', async () => {
    const outbox = createOutboxStore(database.sql);
    for (const attempt of [1, 2, 3, 4]) await announce(uuidv7(), attempt);
    await database.sql`UPDATE payment_outbox SET acknowledged_at = now() - interval '8 days' WHERE attempt < 3`;
    await database.sql`UPDATE payment_outbox SET acknowledged_at = now() WHERE attempt = 3`;
    const week = 7 * 24 * 3_600_000;
    assert.equal(await outbox.prune(week, 1), 1);
    assert.equal(await outbox.prune(week, 500), 1);
    assert.equal(await outbox.prune(week, 500), 0);
    assert.equal((await outbox.backlog()).size, 1);
  });
});

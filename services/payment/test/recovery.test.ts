import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';
import { uuidv7 } from 'uuidv7';
import { providerIdentity } from '../src/domain/attempt-identity.ts';
import { startTestDatabase, type TestDatabase } from './database.ts';
import { startTestSandbox, type TestSandbox } from './sandbox.ts';
import { cardRequest, eventually, startService, type TestService } from './service.ts';

/** The 90 s after which a payment is taken for never made are 1.8 s, and the lease is 0.9 s. */
const SCALE = 0.02;

describe('recovery', () => {
  let database: TestDatabase;
  let sandbox: TestSandbox;
  let service: TestService;
  before(async () => {
    [database, sandbox] = await Promise.all([startTestDatabase(), startTestSandbox()]);
    service = await startService({ dbUrl: database.url, baseUrl: sandbox.url, recoveryScale: SCALE });
  });
  beforeEach(() => sandbox.faults({}));
  after(async () => {
    await service.stop();
    await Promise.all([sandbox.close(), database.close()]);
  });

  const settled = (orderId: string, attempt = 1) =>
    eventually(
      () => service.payment.get_payment({ orderId, attempt }),
      ({ paymentStatus }) => paymentStatus !== 'Pending',
    );
  const rowOf = async (orderId: string, attempt = 1) => {
    const [row] = await database.sql`
      SELECT * FROM payment_attempt WHERE order_id = ${orderId} AND attempt = ${attempt}`;
    return row;
  };
  const untilFenced = async (orderId: string) =>
    assert.deepEqual(await settled(orderId).then(({ paymentStatus, reason }) => ({ paymentStatus, reason })), {
      paymentStatus: 'Canceled',
      reason: 'attempt_abandoned',
    });

  test('a charge whose answer was lost is found and approved, once', async () => {
    await sandbox.faults({ dropAfterCommit: true });
    const request = cardRequest();
    assert.equal((await service.payment.make_payment(request)).paymentStatus, 'Pending');
    await sandbox.faults({});
    assert.equal((await settled(request.orderId)).paymentStatus, 'Approved');
    const charges = await sandbox.charges(request.orderId);
    assert.equal(charges.length, 1);
    assert.equal((await rowOf(request.orderId))?.payment_key, charges[0]?.paymentKey);
  });

  test('a decline whose answer was lost is found and rejected, with its code', async () => {
    await sandbox.faults({ errorAfterCommit: 500 });
    const request = cardRequest({ cardNumber: '4000000000000002' });
    assert.equal((await service.payment.make_payment(request)).paymentStatus, 'Pending');
    await sandbox.faults({});
    const found = await settled(request.orderId);
    assert.deepEqual([found.paymentStatus, found.reason], ['Rejected', 'REJECT_CARD_PAYMENT']);
  });

  test('a charge that never arrived is given up, not sooner than 90 s after it was sent, and the next attempt is charged', async () => {
    await sandbox.faults({ dropBeforeCommit: true });
    const request = cardRequest();
    await service.payment.make_payment(request);
    await sandbox.faults({});
    await untilFenced(request.orderId);
    const row = await rowOf(request.orderId);
    assert.ok(row?.status_since - row?.sent_at >= 90_000 * SCALE);
    assert.ok(row?.sweep_until instanceof Date);
    const late = await service.payment.make_payment.safe(request);
    assert.equal(late.error?.reason, 'attempt_abandoned');
    assert.deepEqual(await sandbox.charges(request.orderId), []);
    assert.equal((await service.payment.make_payment({ ...request, attempt: 2 })).paymentStatus, 'Approved');
  });

  test('an attempt that was claimed and never sent is rejected without a question', async () => {
    const orderId = uuidv7();
    await service.deps.store.claim(
      {
        paymentId: uuidv7(),
        orderId,
        attempt: 1,
        paymentMethod: 'CreditCard',
        amount: 3_000,
        last4: null,
        ...providerIdentity(orderId, 1),
      },
      15_000 * SCALE,
    );
    const found = await settled(orderId);
    assert.deepEqual([found.paymentStatus, found.reason], ['Rejected', 'not_sent']);
    // What the worker says of this order: others, from tests before, may be looked at meanwhile.
    const told = service.logs.filter((line) => line.includes(orderId));
    assert.ok(told.some((line) => line.includes('attempt was never sent: rejected')));
    assert.ok(!told.some((line) => line.includes('attempt reconciled')));
  });

  test('an amount that is not ours is held and alarmed, and settled when the provider is right again', async () => {
    await sandbox.faults({ wrongAmount: true });
    const request = cardRequest();
    assert.equal((await service.payment.make_payment(request)).paymentStatus, 'Pending');
    await eventually(
      async () => service.worker.stats().mismatches,
      (mismatches) => mismatches > 0,
    );
    assert.equal((await service.payment.get_payment({ orderId: request.orderId })).paymentStatus, 'Pending');
    assert.ok(service.logs.some((line) => line.includes('attempt is held') && line.includes('"level":"error"')));
    await sandbox.faults({});
    assert.equal((await settled(request.orderId)).paymentStatus, 'Approved');
  });

  test('a provider that could not be asked for a while is asked until it answers', async () => {
    await sandbox.faults({ nonJson: true });
    const request = cardRequest();
    await service.payment.make_payment(request);
    const before = service.worker.stats().troubles;
    await eventually(
      async () => service.worker.stats().troubles,
      (troubles) => troubles >= before + 3,
    );
    assert.equal((await service.payment.get_payment({ orderId: request.orderId })).paymentStatus, 'Pending');
    await sandbox.faults({});
    assert.equal((await settled(request.orderId)).paymentStatus, 'Approved');
  });

  test('a charge that shows up after its attempt was given up is canceled, beside the attempt that replaced it', async () => {
    await sandbox.faults({ dropAfterCommit: true, notFoundMs: 3_600_000 });
    const request = cardRequest();
    const { orderId } = request;
    await service.payment.make_payment(request);
    await sandbox.faults({ notFoundMs: 3_600_000 });
    await untilFenced(orderId);
    assert.equal((await service.payment.make_payment({ ...request, attempt: 2 })).paymentStatus, 'Approved');
    await sandbox.faults({});
    const charges = await eventually(
      () => sandbox.charges(orderId),
      (all) => all.some(({ canceledAmount }) => canceledAmount > 0),
    );
    assert.deepEqual(
      charges.map((each) => [each.orderId, each.amount - each.canceledAmount]),
      [
        [orderId, 0],
        [`${orderId}_2`, 3_000],
      ],
    );
    await eventually(
      () => rowOf(orderId),
      (row) => row?.late_refunded_at instanceof Date && row.next_check_at === null,
    );
    assert.equal((await service.payment.get_payment({ orderId, attempt: 1 })).reason, 'attempt_abandoned');
    assert.ok(service.logs.some((line) => line.includes('charge found after its attempt was given up')));
    assert.equal(service.worker.stats().lateRefunds, 1);
  });

  test('what a worker holds that died is taken by another when the lease has run out', async () => {
    await sandbox.faults({ dropAfterCommit: true, delayMs: 0 });
    const request = cardRequest();
    await service.payment.make_payment(request);
    const { sql } = database;
    await sql`UPDATE payment_attempt SET lease_owner = 'dead', lease_until = now() + interval '900 milliseconds',
              next_check_at = now() WHERE order_id = ${request.orderId}`;
    await sandbox.faults({});
    assert.equal((await settled(request.orderId)).paymentStatus, 'Approved');
  });

  test('an attempt that stays open too long is counted and said loudly', async () => {
    await sandbox.faults({ wrongAmount: true });
    const request = cardRequest();
    await service.payment.make_payment(request);
    await database.sql`
      UPDATE payment_attempt SET created_at = now() - interval '1 hour' WHERE order_id = ${request.orderId}`;
    await eventually(
      async () => service.worker.stats().stuck,
      (stuck) => stuck === 1,
    );
    assert.ok(service.logs.some((line) => line.includes('attempts are stuck') && line.includes('"level":"error"')));
    await sandbox.faults({});
    await settled(request.orderId);
    await eventually(
      async () => service.worker.stats().stuck,
      (stuck) => stuck === 0,
    );
  });

  test('two workers on one table settle every attempt once', async () => {
    const other = await startService({ dbUrl: database.url, baseUrl: sandbox.url, recoveryScale: SCALE });
    try {
      await sandbox.faults({ dropAfterCommit: true });
      const requests = Array.from({ length: 30 }, () => cardRequest());
      await Promise.all(requests.map((request) => service.payment.make_payment(request)));
      await sandbox.faults({});
      for (const { orderId } of requests) assert.equal((await settled(orderId)).paymentStatus, 'Approved');
      const ids = requests.map(({ orderId }) => orderId);
      const rows = await database.sql`
        SELECT order_id, count(*)::integer AS announced FROM payment_outbox
        WHERE order_id IN ${database.sql(ids)} GROUP BY order_id`;
      assert.equal(rows.length, 30);
      assert.ok(rows.every(({ announced }) => announced === 1));
      for (const id of ids) assert.equal((await sandbox.charges(id)).length, 1);
    } finally {
      await other.stop();
    }
  });
});

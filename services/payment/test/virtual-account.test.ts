import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';
import { startTestDatabase, type TestDatabase } from './database.ts';
import { startTestSandbox, type TestSandbox } from './sandbox.ts';
import { depositRequest, eventually, startService, type TestService } from './service.ts';

const HOUR_MS = 3_600_000;

describe('a virtual account', () => {
  let database: TestDatabase;
  let sandbox: TestSandbox;
  let service: TestService;
  let aheadMs = 0;
  before(async () => {
    database = await startTestDatabase();
    sandbox = await startTestSandbox({ now: () => Date.now() + aheadMs });
    // No search by itself: what a notice does is looked at.
    service = await startService({ dbUrl: database.url, baseUrl: sandbox.url });
  });
  beforeEach(async () => {
    aheadMs = 0;
    await sandbox.faults({});
  });
  after(async () => {
    await service.stop();
    await Promise.all([sandbox.close(), database.close()]);
  });

  const issued = async () => {
    const request = depositRequest();
    const reply = await service.payment.make_payment(request);
    assert.equal(reply.paymentStatus, 'WaitingForDeposit');
    return { request, reply, orderId: request.orderId };
  };
  const secretOf = async (orderId: string): Promise<string> => {
    const [row] = await database.sql`SELECT deposit_secret FROM payment_attempt WHERE order_id = ${orderId}`;
    return row?.deposit_secret;
  };
  const notify = async (orderId: string, status: string, secret?: string) =>
    service.payment.confirm_deposit({
      providerOrderId: orderId,
      secret: secret ?? (await secretOf(orderId)),
      status,
    });
  const announced = async (orderId: string) =>
    (await database.sql`SELECT payment_status, reason FROM payment_outbox WHERE order_id = ${orderId} ORDER BY id`).map(
      (row) => row.reason ?? row.payment_status,
    );

  test('is issued once and shown as long as it waits', async () => {
    const { request, reply, orderId } = await issued();
    assert.equal(reply.virtualAccount?.bankCode, '20');
    assert.match(reply.virtualAccount?.accountNumber ?? '', /^X?[0-9]+$/);
    const dueInMs = Date.parse(reply.virtualAccount?.dueDate ?? '') - Date.now();
    assert.ok(Math.abs(dueInMs - 168 * HOUR_MS) < 60_000);
    assert.deepEqual(await service.payment.make_payment(request), reply);
    assert.deepEqual(await service.payment.get_payment({ orderId }), reply);
    const second = await service.payment.make_payment.safe({ ...request, attempt: 2 });
    assert.equal(second.error?.reason, 'order_has_live_attempt');
    assert.deepEqual(await sandbox.charges(orderId), []);
    assert.deepEqual(await announced(orderId), []);
  });

  test('card fields that come with it are ignored and kept nowhere', async () => {
    const request = { ...depositRequest(), cardNumber: '9876501234567890', passwordTwoDigits: '83' };
    assert.equal((await service.payment.make_payment(request)).paymentStatus, 'WaitingForDeposit');
    const [row] = await database.sql`SELECT last4 FROM payment_attempt WHERE order_id = ${request.orderId}`;
    assert.equal(row?.last4, null);
  });

  test('a notice of the deposit approves it, however often it comes', async () => {
    const { orderId } = await issued();
    await sandbox.deposit(orderId);
    const replies = await Promise.all([1, 2, 3, 4, 5].map(() => notify(orderId, 'DONE')));
    assert.ok(replies.every(({ paymentStatus }) => paymentStatus === 'Approved'));
    assert.equal(replies[0]?.virtualAccount, undefined);
    assert.equal((await notify(orderId, 'DONE')).paymentStatus, 'Approved');
    assert.deepEqual(await announced(orderId), ['Approved']);
    assert.equal((await sandbox.charges(orderId)).length, 1);
  });

  test('a notice is not believed: the provider is asked', async () => {
    const { orderId } = await issued();
    assert.equal((await notify(orderId, 'DONE')).paymentStatus, 'WaitingForDeposit');
    await sandbox.deposit(orderId);
    assert.equal((await notify(orderId, 'WAITING_FOR_DEPOSIT')).paymentStatus, 'Approved');
    assert.deepEqual(await announced(orderId), ['Approved']);
  });

  test('a notice that is overtaken by a look from before the deposit asks again, so that it is not taken for nothing', async () => {
    const { orderId } = await issued();
    await sandbox.deposit(orderId);
    const secret = await secretOf(orderId);
    let reply: Promise<{ paymentStatus: string }> | undefined;
    await database.sql.begin(async (tx) => {
      const [{ pid } = {}] = await tx`SELECT pg_backend_pid() AS pid`;
      // What a worker writes that was told of an account without a deposit.
      await tx`
        UPDATE payment_attempt SET version = version + 1, next_check_at = now() + interval '5 minutes'
        WHERE order_id = ${orderId}`;
      reply = notify(orderId, 'DONE', secret);
      await eventually(
        () => database.sql`SELECT FROM pg_stat_activity WHERE ${pid} = ANY(pg_blocking_pids(pid))`,
        ({ length }) => length > 0,
      );
    });
    assert.equal((await reply)?.paymentStatus, 'Approved');
    assert.deepEqual(await announced(orderId), ['Approved']);
  });

  test('a notice without the secret changes nothing', async () => {
    const { orderId } = await issued();
    await sandbox.deposit(orderId);
    for (const secret of ['x', `${await secretOf(orderId)}x`]) {
      const { error } = await service.payment.confirm_deposit.safe({
        providerOrderId: orderId,
        secret,
        status: 'DONE',
      });
      assert.equal(error?.reason, 'deposit_not_verified');
      assert.equal(error.code, 'permission_denied');
    }
    const unknown = await service.payment.confirm_deposit.safe({
      providerOrderId: 'no-such-order',
      secret: 'x',
      status: 'DONE',
    });
    assert.equal(unknown.error?.reason, 'payment_not_found');
    assert.equal((await service.payment.get_payment({ orderId })).paymentStatus, 'WaitingForDeposit');
  });

  test('a deposit that the bank takes back waits again, is said loudly, and may come once more', async () => {
    const { orderId, reply } = await issued();
    await sandbox.deposit(orderId);
    await notify(orderId, 'DONE');
    await sandbox.takeBack(orderId);
    const waiting = await notify(orderId, 'WAITING_FOR_DEPOSIT');
    assert.equal(waiting.paymentStatus, 'WaitingForDeposit');
    assert.deepEqual(waiting.virtualAccount, reply.virtualAccount);
    assert.ok(service.logs.some((line) => line.includes('deposit was taken back')));
    await sandbox.deposit(orderId);
    await notify(orderId, 'DONE');
    assert.deepEqual(await announced(orderId), ['Approved', 'WaitingForDeposit', 'Approved']);
  });

  test('an issue whose answer was lost, a deposit that nobody told of, and a due date that passed are found by recovery', async () => {
    await sandbox.faults({ dropAfterCommit: true });
    const lost = depositRequest();
    assert.equal((await service.payment.make_payment(lost)).paymentStatus, 'Pending');
    await sandbox.faults({});
    const [untold, expired] = [await issued(), await issued()];
    await sandbox.deposit(untold.orderId);
    const worker = await startService({ dbUrl: database.url, baseUrl: sandbox.url, recoveryScale: 0.001 });
    const until = (orderId: string, status: string) =>
      eventually(
        () => worker.payment.get_payment({ orderId }),
        ({ paymentStatus }) => paymentStatus === status,
      );
    try {
      await database.sql`UPDATE payment_attempt SET next_check_at = now() WHERE next_check_at IS NOT NULL`;
      const found = await until(lost.orderId, 'WaitingForDeposit');
      assert.ok(found.virtualAccount);
      assert.ok(await secretOf(lost.orderId));
      await until(untold.orderId, 'Approved');
      aheadMs = 169 * HOUR_MS;
      assert.equal((await until(expired.orderId, 'Rejected')).reason, 'deposit_expired');
      const retried = await service.payment.make_payment({ ...expired.request, attempt: 2 });
      assert.equal(retried.paymentStatus, 'WaitingForDeposit');
      assert.deepEqual(await announced(expired.orderId), ['deposit_expired']);
    } finally {
      await worker.stop();
    }
  });
});

import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';
import { uuidv7 } from 'uuidv7';
import { startTestDatabase, type TestDatabase } from './database.ts';
import { SECRET_KEY, startTestSandbox, type TestSandbox } from './sandbox.ts';
import { cardRequest, depositRequest, eventually, startService, type TestService } from './service.ts';

describe('cancel_payment', () => {
  let database: TestDatabase;
  let sandbox: TestSandbox;
  let service: TestService;
  before(async () => {
    [database, sandbox] = await Promise.all([startTestDatabase(), startTestSandbox()]);
    service = await startService({ dbUrl: database.url, baseUrl: sandbox.url, recoveryScale: 0.02 });
  });
  beforeEach(() => sandbox.faults({}));
  after(async () => {
    await service.stop();
    await Promise.all([sandbox.close(), database.close()]);
  });

  const paid = async () => {
    const request = cardRequest();
    assert.equal((await service.payment.make_payment(request)).paymentStatus, 'Approved');
    return { orderId: request.orderId, attempt: 1, reason: 'changed my mind' };
  };
  const refundedWon = async (orderId: string) =>
    (await sandbox.charges(orderId)).map(({ canceledAmount }) => canceledAmount);
  const untilCanceled = (orderId: string) =>
    eventually(
      () => service.payment.get_payment({ orderId }),
      ({ paymentStatus }) => paymentStatus === 'Canceled',
    );
  const announced = async (orderId: string) =>
    (await database.sql`SELECT payment_status FROM payment_outbox WHERE order_id = ${orderId} ORDER BY id`).map(
      (row) => row.payment_status,
    );

  test('an approved payment is given back in full, and again answers the same', async () => {
    const given = await paid();
    const canceled = await service.payment.cancel_payment(given);
    assert.deepEqual([canceled.paymentStatus, canceled.reason], ['Canceled', 'payment_canceled']);
    assert.deepEqual(await service.payment.cancel_payment(given), canceled);
    assert.deepEqual(await service.payment.get_payment({ orderId: given.orderId }), canceled);
    assert.deepEqual(await refundedWon(given.orderId), [3_000]);
    assert.deepEqual(await announced(given.orderId), ['Approved', 'Canceled']);
  });

  test('twenty cancellations at once give back once', async () => {
    // No recovery here: on a busy machine it may take a refund over, and then a caller is told that it is pending.
    const alone = await startService({ dbUrl: database.url, baseUrl: sandbox.url });
    try {
      const given = await paid();
      await sandbox.faults({ delayMs: 50 });
      const answers = await Promise.all(Array.from({ length: 20 }, () => alone.payment.cancel_payment(given)));
      assert.deepEqual(new Set(answers.map(({ paymentStatus }) => paymentStatus)), new Set(['Canceled']));
      assert.deepEqual(await refundedWon(given.orderId), [3_000]);
      assert.deepEqual(await announced(given.orderId), ['Approved', 'Canceled']);
    } finally {
      await alone.stop();
    }
  });

  test('who reads of a cancellation before its writer knows that it is written waits for the same outcome', async () => {
    const given = await paid();
    const read = Promise.withResolvers<void>();
    let second: ReturnType<TestService['payment']['cancel_payment']> | undefined;
    const alone = await startService({
      dbUrl: database.url,
      baseUrl: sandbox.url,
      wrap: (deps) => ({
        ...deps,
        store: {
          ...deps.store,
          find: async (...args) => {
            const found = await deps.store.find(...args);
            if (found?.status === 'refund_pending') read.resolve();
            return found;
          },
          beginUndo: async (...args) => {
            const begun = await deps.store.beginUndo(...args);
            second = alone.payment.cancel_payment(given);
            await read.promise;
            return begun;
          },
        },
      }),
    });
    try {
      const first = await alone.payment.cancel_payment(given);
      assert.equal(first.paymentStatus, 'Canceled');
      assert.deepEqual(await second, first);
      assert.deepEqual(await refundedWon(given.orderId), [3_000]);
    } finally {
      await alone.stop();
    }
  });

  const LOST: [name: string, knobs: object][] = [
    ['the answer', { dropAfterCommit: true }],
    ['the request', { dropBeforeCommit: true }],
    ['a readable answer', { errorAfterCommit: 500 }],
  ];
  for (const [what, knobs] of LOST) {
    test(`a refund that loses ${what} is not over, and is carried through by recovery`, async () => {
      const given = await paid();
      await sandbox.faults(knobs);
      const pending = await service.payment.cancel_payment(given);
      assert.deepEqual([pending.paymentStatus, pending.reason], ['Approved', 'refund_pending']);
      const blocked = await service.payment.make_payment.safe(cardRequest({ orderId: given.orderId, attempt: 2 }));
      assert.equal(blocked.error?.reason, 'order_has_live_attempt');
      await sandbox.faults({});
      await untilCanceled(given.orderId);
      assert.deepEqual(await refundedWon(given.orderId), [3_000]);
    });
  }

  test('a payment that somebody refunded at the provider itself counts as given back', async () => {
    const given = await paid();
    const [charge] = await sandbox.charges(given.orderId);
    await fetch(`${sandbox.url}/v1/payments/${charge?.paymentKey}/cancel`, {
      method: 'POST',
      headers: {
        authorization: `Basic ${Buffer.from(`${SECRET_KEY}:`).toString('base64')}`,
        'content-type': 'application/json',
      },
      body: JSON.stringify({ cancelReason: 'by hand' }),
    });
    assert.equal((await service.payment.cancel_payment(given)).paymentStatus, 'Canceled');
  });

  test('what was never taken cannot be given back', async () => {
    const declined = cardRequest({ cardNumber: '4000000000000002' });
    await service.payment.make_payment(declined);
    const { error } = await service.payment.cancel_payment.safe({
      orderId: declined.orderId,
      attempt: 1,
      reason: 'x',
    });
    assert.ok(error?.reason === 'payment_not_cancelable');
    assert.deepEqual(error.details, { paymentStatus: 'Rejected' });
    const nothing = await service.payment.cancel_payment.safe({ orderId: uuidv7(), attempt: 1, reason: 'x' });
    assert.equal(nothing.error?.reason, 'payment_not_found');
  });

  test('a provider that refuses the refund, or our key, leaves the payment as it was', async () => {
    const outcomes = [
      [{ kind: 'refused', code: 'EXCEED_MAX_REFUND_DUE' }, 'payment_not_cancelable'],
      [{ kind: 'misconfigured', code: 'UNAUTHORIZED_KEY' }, 'payment_provider_error'],
    ] as const;
    for (const [outcome, reason] of outcomes) {
      const refusing = await startService({
        dbUrl: database.url,
        baseUrl: sandbox.url,
        wrap: (deps) => ({
          ...deps,
          provider: { ...deps.provider, cancel: async () => ({ ...outcome, traceId: undefined }) },
        }),
      });
      try {
        const given = await paid();
        const { error } = await refusing.payment.cancel_payment.safe(given);
        assert.equal(error?.reason, reason);
        assert.equal((await refusing.payment.get_payment({ orderId: given.orderId })).paymentStatus, 'Approved');
        assert.deepEqual(await refundedWon(given.orderId), [0]);
      } finally {
        await refusing.stop();
      }
    }
  });

  test('an account that awaits its deposit is closed, and takes no deposit any more', async () => {
    const request = depositRequest();
    await service.payment.make_payment(request);
    const given = { orderId: request.orderId, attempt: 1, reason: 'x' };
    assert.equal((await service.payment.cancel_payment(given)).paymentStatus, 'Canceled');
    await assert.rejects(sandbox.deposit(request.orderId), /409/);
    assert.deepEqual(await sandbox.charges(request.orderId), []);
    assert.deepEqual(await announced(request.orderId), ['Canceled']);
  });

  test('a deposit that is faster than the closing of its account is kept, and the cancellation refused', async () => {
    const request = depositRequest();
    await service.payment.make_payment(request);
    await sandbox.deposit(request.orderId);
    const given = { orderId: request.orderId, attempt: 1, reason: 'x' };
    const { error } = await service.payment.cancel_payment.safe(given);
    assert.equal(error?.reason, 'payment_not_cancelable');
    await eventually(
      () => service.payment.get_payment({ orderId: request.orderId }),
      ({ paymentStatus }) => paymentStatus === 'Approved',
    );
    const again = await service.payment.cancel_payment.safe(given);
    assert.ok(again.error?.reason === 'payment_not_cancelable');
    assert.deepEqual(again.error.details, { paymentStatus: 'Approved' });
    assert.deepEqual(await refundedWon(request.orderId), [0]);
  });
});

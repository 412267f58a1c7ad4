import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { uuidv7 } from 'uuidv7';
import { startTestDatabase, type TestDatabase } from './database.ts';
import { startTestSandbox, type TestSandbox } from './sandbox.ts';
import { cardRequest, startService, type TestService } from './service.ts';

describe('abandon_attempt and get_payment', () => {
  let database: TestDatabase;
  let sandbox: TestSandbox;
  let service: TestService;
  before(async () => {
    [database, sandbox] = await Promise.all([startTestDatabase(), startTestSandbox()]);
    service = await startService({ dbUrl: database.url, baseUrl: sandbox.url });
  });
  after(async () => {
    await service.stop();
    await Promise.all([sandbox.close(), database.close()]);
  });

  test('an attempt that never came leaves a tombstone, which refuses it when it comes late', async () => {
    const { payment } = service;
    const request = cardRequest();
    const key = { orderId: request.orderId, attempt: 1 };
    const first = await payment.abandon_attempt(key);
    assert.equal(first.paymentStatus, 'Canceled');
    assert.equal(first.reason, 'attempt_abandoned');
    assert.deepEqual(await payment.abandon_attempt(key), first);
    assert.deepEqual(await payment.get_payment(key), first);
    const late = await payment.make_payment.safe(request);
    assert.equal(late.error?.reason, 'attempt_abandoned');
    assert.deepEqual(await sandbox.charges(request.orderId), []);
    assert.equal((await payment.make_payment({ ...request, attempt: 2 })).paymentStatus, 'Approved');
  });

  test('giving up and charging at once end in one of the two, never in both', async () => {
    const { payment } = service;
    for (let round = 0; round < 10; round++) {
      const request = cardRequest();
      const { orderId } = request;
      const [made, given] = await Promise.all([
        payment.make_payment.safe(request),
        payment.abandon_attempt.safe({ orderId, attempt: 1 }),
      ]);
      assert.notEqual(made.ok, given.ok);
      assert.equal((await sandbox.charges(orderId)).length, made.ok ? 1 : 0);
    }
  });

  test('what is charged, or may be, is not given up', async () => {
    const { payment } = service;
    const cases = [
      ['123123', 'Approved'],
      ['4000000000000341', 'Pending'],
    ] as const;
    for (const [cardNumber, paymentStatus] of cases) {
      const request = cardRequest({ cardNumber });
      await payment.make_payment(request);
      const { error } = await payment.abandon_attempt.safe({ orderId: request.orderId, attempt: 1 });
      assert.ok(error?.reason === 'attempt_in_flight');
      assert.deepEqual(error.details, { paymentStatus });
      assert.equal((await payment.get_payment({ orderId: request.orderId })).paymentStatus, paymentStatus);
    }
  });

  test('what was declined stays declined', async () => {
    const { payment } = service;
    const request = cardRequest({ cardNumber: '4000000000000002' });
    const declined = await payment.make_payment(request);
    assert.deepEqual(await payment.abandon_attempt({ orderId: request.orderId, attempt: 1 }), declined);
  });

  test('an order nobody has paid is not found', async () => {
    const { payment } = service;
    const unknown = await payment.get_payment.safe({ orderId: uuidv7() });
    assert.equal(unknown.error?.reason, 'payment_not_found');
    const request = cardRequest();
    await payment.make_payment(request);
    const other = await payment.get_payment.safe({ orderId: request.orderId, attempt: 2 });
    assert.equal(other.error?.reason, 'payment_not_found');
  });
});

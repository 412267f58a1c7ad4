import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';
import { uuidv7 } from 'uuidv7';
import { startTestDatabase, type TestDatabase } from './database.ts';
import { startTestSandbox, type TestSandbox } from './sandbox.ts';
import { cardRequest, eventually, type PaymentClient, startService, type TestService } from './service.ts';

describe('make_payment', () => {
  let database: TestDatabase;
  let sandbox: TestSandbox;
  let service: TestService;
  let payment: PaymentClient;
  before(async () => {
    [database, sandbox] = await Promise.all([startTestDatabase(), startTestSandbox()]);
    service = await startService({ dbUrl: database.url, baseUrl: sandbox.url });
    payment = service.payment;
  });
  beforeEach(() => sandbox.faults({}));
  after(async () => {
    await service.stop();
    await Promise.all([sandbox.close(), database.close()]);
  });

  const rowsOf = (orderId: string) =>
    database.sql`SELECT * FROM payment_attempt WHERE order_id = ${orderId} ORDER BY attempt`;

  test('charges the card once and answers Approved', async () => {
    const request = cardRequest();
    const reply = await payment.make_payment(request);
    assert.deepEqual(
      { ...reply, paymentId: '' },
      { paymentId: '', orderId: request.orderId, attempt: 1, paymentStatus: 'Approved' },
    );
    const charges = await sandbox.charges(request.orderId);
    assert.deepEqual(
      charges.map(({ orderId, amount, status }) => ({ orderId, amount, status })),
      [{ orderId: request.orderId, amount: 3_000, status: 'DONE' }],
    );
    const [row] = await rowsOf(request.orderId);
    assert.equal(row?.status, 'approved');
    assert.equal(row?.payment_key, charges[0]?.paymentKey);
    assert.equal(row?.last4, '3123');
    assert.ok(row?.sent_at instanceof Date && row?.approve_no && row?.issuer_code);
  });

  const DECLINES = [
    ['4000000000000002', 'REJECT_CARD_PAYMENT'],
    ['4000000000009995', 'EXCEED_MAX_AMOUNT'],
    ['4000000000000069', 'INVALID_CARD_EXPIRATION'],
  ] as const;
  for (const [cardNumber, reason] of DECLINES) {
    test(`card ${cardNumber} is an ordinary reply: Rejected, ${reason}`, async () => {
      const request = cardRequest({ cardNumber });
      const reply = await payment.make_payment(request);
      assert.equal(reply.paymentStatus, 'Rejected');
      assert.equal(reply.reason, reason);
      assert.deepEqual(await sandbox.charges(request.orderId), []);
    });
  }

  test('an amount below the least of the provider is a decline', async () => {
    const reply = await payment.make_payment(cardRequest({ amount: 99 }));
    assert.equal(reply.reason, 'BELOW_MINIMUM_AMOUNT');
  });

  test('nothing to charge is refused and leaves no row', async () => {
    const request = cardRequest({ amount: 0 });
    const { error } = await payment.make_payment.safe(request);
    assert.equal(error?.reason, 'input_schema');
    assert.equal((await rowsOf(request.orderId)).length, 0);
  });

  test('an answer that says nothing of the charge leaves it Pending', async () => {
    const request = cardRequest({ cardNumber: '4000000000000119' });
    assert.equal((await payment.make_payment(request)).paymentStatus, 'Pending');
    const [row] = await rowsOf(request.orderId);
    assert.equal(row?.status, 'unknown');
    assert.equal(row?.provider_code, 'PROVIDER_ERROR');
    assert.ok(row?.next_check_at instanceof Date);
  });

  test('a connection cut after the charge leaves it Pending, and it is not sent again', async () => {
    const request = cardRequest({ cardNumber: '4000000000000341' });
    assert.equal((await payment.make_payment(request)).paymentStatus, 'Pending');
    assert.equal((await payment.make_payment(request)).paymentStatus, 'Pending');
    assert.equal((await sandbox.charges(request.orderId)).length, 1);
    assert.equal((await rowsOf(request.orderId))[0]?.status, 'unknown');
  });

  test('a slow answer is Pending for a caller in a hurry, and is recorded when it comes', async () => {
    const request = cardRequest({ cardNumber: '4000000000000259' });
    const startedAt = performance.now();
    const reply = await payment.make_payment(request, { timeoutMs: 1_000 });
    assert.equal(reply.paymentStatus, 'Pending');
    assert.ok(performance.now() - startedAt < 1_000);
    const settled = await eventually(
      () => payment.get_payment({ orderId: request.orderId }),
      ({ paymentStatus }) => paymentStatus !== 'Pending',
    );
    assert.equal(settled.paymentStatus, 'Approved');
    assert.equal(settled.paymentId, reply.paymentId);
    assert.equal((await sandbox.charges(request.orderId)).length, 1);
  });

  test('a caller who has hung up does not stop the charge from being recorded', async () => {
    await sandbox.faults({ delayMs: 400 });
    const request = cardRequest();
    const gone = new AbortController();
    const call = payment.make_payment.safe(request, { signal: gone.signal });
    await eventually(
      () => payment.get_payment.safe({ orderId: request.orderId }),
      ({ ok }) => ok,
    );
    gone.abort();
    assert.equal((await call).error?.code, 'cancelled');
    const settled = await eventually(
      () => payment.get_payment({ orderId: request.orderId }),
      ({ paymentStatus }) => paymentStatus !== 'Pending',
    );
    assert.equal(settled.paymentStatus, 'Approved');
  });

  test('fifty identical calls at once make one charge', async () => {
    await sandbox.faults({ delayMs: 100 });
    const request = cardRequest();
    const replies = await Promise.all(Array.from({ length: 50 }, () => payment.make_payment(request)));
    const answers = new Set(replies.map(({ paymentStatus }) => paymentStatus));
    assert.ok(answers.has('Approved'));
    assert.ok([...answers].every((status) => status === 'Approved' || status === 'Pending'));
    assert.equal(new Set(replies.map(({ paymentId }) => paymentId)).size, 1);
    assert.equal((await sandbox.charges(request.orderId)).length, 1);
    assert.equal((await payment.make_payment(request)).paymentStatus, 'Approved');
    assert.equal((await sandbox.charges(request.orderId)).length, 1);
  });

  test('ten different attempts of one order at once make one charge', async () => {
    const orderId = uuidv7();
    await sandbox.faults({ delayMs: 100 });
    const results = await Promise.all(
      Array.from({ length: 10 }, (_, index) => payment.make_payment.safe(cardRequest({ orderId, attempt: index + 1 }))),
    );
    assert.equal(results.filter(({ ok }) => ok).length, 1);
    for (const { error } of results)
      assert.ok(error === undefined || ['order_has_live_attempt', 'attempt_conflict'].includes(error.reason));
    assert.equal((await sandbox.charges(orderId)).length, 1);
  });

  test('a second attempt while one is live is refused and names it', async () => {
    const request = cardRequest();
    await payment.make_payment(request);
    const { error } = await payment.make_payment.safe({ ...request, attempt: 2 });
    assert.ok(error?.reason === 'order_has_live_attempt');
    assert.deepEqual(error.details, { attempt: 1, paymentStatus: 'Approved' });
    assert.equal((await sandbox.charges(request.orderId)).length, 1);
  });

  test('after a decline the next attempt is charged under a name of its own', async () => {
    const request = cardRequest({ cardNumber: '4000000000000002' });
    await payment.make_payment(request);
    const reply = await payment.make_payment({ ...request, attempt: 2, cardNumber: '123123' });
    assert.equal(reply.paymentStatus, 'Approved');
    const [charge, ...more] = await sandbox.charges(request.orderId);
    assert.equal(charge?.orderId, `${request.orderId}_2`);
    assert.equal(more.length, 0);
    assert.equal((await payment.get_payment({ orderId: request.orderId })).attempt, 2);
    assert.equal((await payment.get_payment({ orderId: request.orderId, attempt: 1 })).paymentStatus, 'Rejected');
  });

  test('an order id in capitals is the same order', async () => {
    const request = cardRequest();
    await payment.make_payment(request);
    const again = await payment.make_payment({ ...request, orderId: request.orderId.toUpperCase() });
    assert.equal(again.paymentStatus, 'Approved');
    assert.equal((await sandbox.charges(request.orderId)).length, 1);
  });

  test('the same attempt with another amount or method is a conflict', async () => {
    const request = cardRequest();
    await payment.make_payment(request);
    const { error } = await payment.make_payment.safe({ ...request, amount: 3_001 });
    assert.ok(error?.reason === 'attempt_conflict');
    assert.deepEqual(error.details, { field: 'amount' });
    const method = await payment.make_payment.safe({ ...request, paymentMethod: 'VirtualAccount' });
    assert.ok(method.error?.reason === 'attempt_conflict');
    assert.deepEqual(method.error.details, { field: 'paymentMethod' });
  });

  const UNKNOWN_FAULTS: [name: string, knobs: object, charged: number][] = [
    ['drops the request before it charges', { dropBeforeCommit: true }, 0],
    ['drops the answer after it charged', { dropAfterCommit: true }, 1],
    ['fails after it charged', { errorAfterCommit: 500 }, 1],
    ['is unavailable after it charged', { errorAfterCommit: 503 }, 1],
    ['answers another amount', { wrongAmount: true }, 1],
    ['answers something that is no JSON', { nonJson: true }, 1],
  ];
  for (const [name, knobs, charged] of UNKNOWN_FAULTS) {
    test(`a provider that ${name} leaves the attempt Pending and is asked once`, async () => {
      await sandbox.faults(knobs);
      const request = cardRequest();
      assert.equal((await payment.make_payment(request)).paymentStatus, 'Pending');
      await sandbox.faults({});
      assert.equal((await payment.make_payment(request)).paymentStatus, 'Pending');
      assert.equal((await rowsOf(request.orderId))[0]?.status, 'unknown');
      assert.equal((await sandbox.charges(request.orderId)).length, charged);
      const blocked = await payment.make_payment.safe({ ...request, attempt: 2 });
      assert.equal(blocked.error?.reason, 'order_has_live_attempt');
    });
  }

  test('another server finds what the first one stored', async () => {
    const request = cardRequest();
    const first = await payment.make_payment(request);
    const other = await startService({ dbUrl: database.url, baseUrl: 'http://127.0.0.1:9' });
    try {
      assert.deepEqual(await other.payment.make_payment(request), first);
      assert.deepEqual(await other.payment.get_payment({ orderId: request.orderId }), first);
    } finally {
      await other.stop();
    }
    assert.equal((await sandbox.charges(request.orderId)).length, 1);
  });

  test('a provider that cannot be reached ends the attempt cleanly, and the next one may follow', async () => {
    const down = await startTestSandbox();
    await down.close();
    const request = cardRequest();
    const other = await startService({ dbUrl: database.url, baseUrl: down.url });
    try {
      const reply = await other.payment.make_payment(request);
      assert.equal(reply.paymentStatus, 'Rejected');
      assert.equal(reply.reason, 'provider_unreachable');
      assert.ok(other.logs.some((line) => line.includes('"sends":3')));
    } finally {
      await other.stop();
    }
    assert.equal((await payment.make_payment({ ...request, attempt: 2 })).paymentStatus, 'Approved');
  });

  test('a key that the provider refuses is an alarm of ours, and the attempt is closed', async () => {
    const request = cardRequest();
    const other = await startService({ dbUrl: database.url, baseUrl: sandbox.url, secretKey: 'test_sk_of_nobody' });
    try {
      for (let call = 0; call < 2; call++) {
        const { error } = await other.payment.make_payment.safe(request);
        assert.equal(error?.reason, 'payment_provider_error');
      }
      const alarms = other.logs.filter((line) => line.includes('"level":"error"') && line.includes('UNAUTHORIZED_KEY'));
      assert.equal(alarms.length, 1);
      const stored = await other.payment.get_payment({ orderId: request.orderId });
      assert.equal(stored.paymentStatus, 'Rejected');
      assert.equal(stored.reason, 'payment_provider_error');
    } finally {
      await other.stop();
    }
    assert.equal((await payment.make_payment({ ...request, attempt: 2 })).paymentStatus, 'Approved');
  });

  test('strict validation names the wrong fields and writes nothing', async () => {
    const other = await startService({ dbUrl: database.url, baseUrl: sandbox.url, cardValidation: 'strict' });
    const request = cardRequest({ expiryYear: '99' });
    try {
      const { error } = await other.payment.make_payment.safe(request);
      assert.ok(error?.reason === 'card_invalid');
      assert.deepEqual(error.details, { fields: ['cardNumber', 'birthOrRegistration'] });
      assert.equal((await rowsOf(request.orderId)).length, 0);
      const valid = { cardNumber: '4242424242424242', birthOrRegistration: '900101' };
      // The order counts on after a refusal that left no row.
      const reply = await other.payment.make_payment({ ...request, ...valid, attempt: 2 });
      assert.equal(reply.paymentStatus, 'Approved');
      const late = await other.payment.make_payment.safe({ ...request, ...valid });
      assert.equal(late.error?.reason, 'order_has_live_attempt');
    } finally {
      await other.stop();
    }
    assert.equal((await sandbox.charges(request.orderId)).length, 1);
  });

  test('as many charges as are allowed are under way, and one more is refused with no row', async () => {
    const other = await startService({ dbUrl: database.url, baseUrl: sandbox.url, maxInFlight: 1 });
    try {
      const slow = other.payment.make_payment(cardRequest({ cardNumber: '4000000000000259' }), { timeoutMs: 700 });
      await eventually(
        async () => other.deps.inFlight.size,
        (size) => size === 1,
      );
      const request = cardRequest();
      const { error } = await other.payment.make_payment.safe(request);
      assert.equal(error?.code, 'resource_exhausted');
      assert.equal((await rowsOf(request.orderId)).length, 0);
      assert.equal((await slow).paymentStatus, 'Pending');
    } finally {
      await other.stop();
    }
  });
});

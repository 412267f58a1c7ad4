import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { uuidv7 } from 'uuidv7';
import { providerIdentity } from '../src/domain/attempt-identity.ts';
import type { Deps } from '../src/handlers/deps.ts';
import type { AttemptStore } from '../src/store/attempts.ts';
import { startTestDatabase, type TestDatabase } from './database.ts';
import { startTestSandbox, type TestSandbox } from './sandbox.ts';
import { cardRequest, eventually, startService } from './service.ts';

describe('a charge while something fails', () => {
  let database: TestDatabase;
  let sandbox: TestSandbox;
  before(async () => {
    [database, sandbox] = await Promise.all([startTestDatabase(), startTestSandbox()]);
  });
  after(() => Promise.all([sandbox.close(), database.close()]));

  const start = (wrap?: (deps: Deps) => Deps, orphanedAfterMs = 15_000) =>
    startService({
      dbUrl: database.url,
      baseUrl: sandbox.url,
      timing: { orphanedAfterMs },
      ...(wrap === undefined ? {} : { wrap }),
    });
  const withStore =
    (change: (store: AttemptStore) => Partial<AttemptStore>) =>
    (deps: Deps): Deps => ({
      ...deps,
      store: { ...deps.store, ...change(deps.store) },
    });

  test('the row is committed, with its time of sending, before the provider hears of it', async () => {
    const seen: unknown[] = [];
    const service = await start((deps) => ({
      ...deps,
      provider: {
        ...deps.provider,
        async charge(charge) {
          // Over a connection of its own: what is not committed is not seen.
          seen.push(
            ...(await database.sql`
              SELECT status, sent_at IS NOT NULL AS sent FROM payment_attempt
              WHERE provider_order_id = ${charge.providerOrderId}`),
          );
          return deps.provider.charge(charge);
        },
      },
    }));
    try {
      await service.payment.make_payment(cardRequest());
      assert.deepEqual(seen, [{ status: 'processing', sent: true }]);
    } finally {
      await service.stop();
    }
  });

  test('a database that refuses the row sends nothing to the provider', async () => {
    const service = await start();
    const request = cardRequest();
    await database.sql.unsafe(`
      CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'disk full'; END $$;
      CREATE TRIGGER refuse BEFORE INSERT ON payment_attempt FOR EACH ROW EXECUTE FUNCTION refuse();`);
    try {
      const { error } = await service.payment.make_payment.safe(request);
      assert.equal(error?.code, 'internal');
      assert.ok(!JSON.stringify(error).includes('disk full'));
    } finally {
      await database.sql.unsafe('DROP TRIGGER refuse ON payment_attempt');
      await service.stop();
    }
    assert.deepEqual(await sandbox.charges(request.orderId), []);
  });

  test('a database that fails between the row and the sending sends nothing, and the attempt can be given up', async () => {
    const service = await start(
      withStore(() => ({ markSent: () => Promise.reject(new Error('connection lost')) })),
      0,
    );
    const request = cardRequest();
    const { orderId } = request;
    try {
      assert.equal((await service.payment.make_payment(request)).paymentStatus, 'Pending');
      assert.equal((await service.payment.get_payment({ orderId })).paymentStatus, 'Pending');
      assert.equal((await service.payment.abandon_attempt({ orderId, attempt: 1 })).paymentStatus, 'Canceled');
    } finally {
      await service.stop();
    }
    assert.deepEqual(await sandbox.charges(orderId), []);
  });

  test('an attempt given up between its row and its sending is not sent', async () => {
    const service = await start(
      withStore((store) => ({
        async claim(attempt, recheckAfterMs) {
          const claimed = await store.claim(attempt, recheckAfterMs);
          await store.abandonUnsent(attempt.orderId, attempt.attempt, 0);
          return claimed;
        },
      })),
    );
    const request = cardRequest();
    try {
      const { error } = await service.payment.make_payment.safe(request);
      assert.equal(error?.reason, 'attempt_abandoned');
    } finally {
      await service.stop();
    }
    assert.deepEqual(await sandbox.charges(request.orderId), []);
  });

  test('an approval that cannot be recorded at first is recorded when the database is back', async () => {
    let failures = 1;
    const service = await start(
      withStore((store) => ({
        settle: (...outcome) =>
          failures-- > 0 ? Promise.reject(new Error('connection lost')) : store.settle(...outcome),
      })),
    );
    try {
      assert.equal((await service.payment.make_payment(cardRequest())).paymentStatus, 'Approved');
    } finally {
      await service.stop();
    }
  });

  test('an approval that cannot be recorded at all is said loudly with its payment key, and stays open', async () => {
    const service = await start(withStore(() => ({ settle: () => Promise.reject(new Error('connection lost')) })));
    const request = cardRequest();
    try {
      assert.equal((await service.payment.make_payment(request, { timeoutMs: 1_000 })).paymentStatus, 'Pending');
      const [charge] = await sandbox.charges(request.orderId);
      assert.ok(charge);
      const line = await eventually(
        async () =>
          service.logs.find((entry) => entry.includes('outcome not recorded: the attempt is left for recovery')),
        (entry) => entry !== undefined,
      );
      assert.ok(
        line?.includes(charge.paymentKey) && line.includes(request.orderId) && line.includes('"level":"error"'),
      );
      assert.equal((await service.payment.get_payment({ orderId: request.orderId })).paymentStatus, 'Pending');
      const blocked = await service.payment.make_payment.safe({ ...request, attempt: 2 });
      assert.equal(blocked.error?.reason, 'order_has_live_attempt');
    } finally {
      await service.stop();
    }
  });

  test('a stop waits for the charge under way and records it', async () => {
    const service = await start();
    const request = cardRequest({ cardNumber: '4000000000000259' });
    assert.equal((await service.payment.make_payment(request, { timeoutMs: 700 })).paymentStatus, 'Pending');
    assert.equal(service.deps.inFlight.size, 1);
    await service.stop();
    const [row] = await database.sql`SELECT status FROM payment_attempt WHERE order_id = ${request.orderId}`;
    assert.equal(row?.status, 'approved');
  });

  test('a row that was never sent is Pending until it is old enough to be given up', async () => {
    const orderId = uuidv7();
    const patient = await start();
    const hasty = await start(undefined, 0);
    await patient.deps.store.claim(
      {
        paymentId: uuidv7(),
        orderId,
        attempt: 1,
        paymentMethod: 'CreditCard',
        amount: 3_000,
        last4: null,
        ...providerIdentity(orderId, 1),
      },
      15_000,
    );
    try {
      assert.equal((await patient.payment.get_payment({ orderId })).paymentStatus, 'Pending');
      const { error } = await patient.payment.abandon_attempt.safe({ orderId, attempt: 1 });
      assert.equal(error?.reason, 'attempt_in_flight');
      assert.equal((await hasty.payment.abandon_attempt({ orderId, attempt: 1 })).reason, 'attempt_abandoned');
    } finally {
      await Promise.all([patient.stop(), hasty.stop()]);
    }
  });
});

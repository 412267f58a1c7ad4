import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { closePostgres, openPostgres } from '@shop/kit';
import { uuidv7 } from 'uuidv7';
import { providerIdentity } from '../src/domain/attempt-identity.ts';
import { type AttemptStore, createAttemptStore, type NewAttempt } from '../src/store/attempts.ts';
import { startTestDatabase, type TestDatabase } from './database.ts';

const APPROVAL = { paymentKey: 'key-1', approveNo: '00000000', issuerCode: '71', approvedAt: null };
const DECLINE = { status: 'rejected', reason: 'REJECT_CARD_PAYMENT', providerCode: 'REJECT_CARD_PAYMENT' } as const;

const isViolationOf = (constraint: string) => (err: unknown) =>
  typeof err === 'object' && err !== null && 'constraint_name' in err && err.constraint_name === constraint;

describe('the attempt store', () => {
  let database: TestDatabase;
  let store: AttemptStore;
  before(async () => {
    database = await startTestDatabase();
    store = createAttemptStore(database.sql);
  });
  after(() => database.close());

  const newAttempt = (orderId: string, attempt: number, over: Partial<NewAttempt> = {}): NewAttempt => ({
    paymentId: uuidv7(),
    orderId,
    attempt,
    paymentMethod: 'CreditCard',
    amount: 3_000,
    last4: '3123',
    ...providerIdentity(orderId, attempt),
    ...over,
  });

  test('a claimed attempt is there at once, processing and not sent', async () => {
    const orderId = uuidv7();
    const claimed = await store.claim(newAttempt(orderId, 1), 15_000);
    assert.equal(claimed?.status, 'processing');
    assert.equal(claimed.sentAt, null);
    assert.equal(claimed.amount, 3_000);
    assert.deepEqual({ ...(await store.find(orderId, 1)), readAt: claimed.readAt }, claimed);
  });

  test('of fifty claims of one attempt exactly one wins', async () => {
    const orderId = uuidv7();
    const claims = await Promise.all(Array.from({ length: 50 }, () => store.claim(newAttempt(orderId, 1), 15_000)));
    assert.equal(claims.filter((claimed) => claimed !== undefined).length, 1);
    assert.equal((await store.list(orderId)).length, 1);
  });

  test('of several attempts of one order claimed at once exactly one wins', async () => {
    const orderId = uuidv7();
    const claims = await Promise.all(
      [1, 2, 3, 4, 5].map((attempt) => store.claim(newAttempt(orderId, attempt), 15_000)),
    );
    assert.equal(claims.filter((claimed) => claimed !== undefined).length, 1);
  });

  test('the database itself refuses a second live attempt', async () => {
    const orderId = uuidv7();
    const live = ['processing', 'unknown', 'approved', 'waiting_for_deposit', 'cancel_pending', 'refund_pending'];
    for (const first of live) {
      await database.sql`DELETE FROM payment_attempt WHERE order_id = ${orderId}`;
      await insert(orderId, 1, first);
      for (const second of live)
        await assert.rejects(
          insert(orderId, 2, second),
          isViolationOf('payment_attempt_one_live'),
          `${first}, ${second}`,
        );
    }
  });

  test('the database itself refuses a second row of an attempt, a used name and an amount of nothing', async () => {
    const orderId = uuidv7();
    await insert(orderId, 1, 'rejected');
    await assert.rejects(insert(orderId, 1, 'rejected'), isViolationOf('payment_attempt_pkey'));
    const other = uuidv7();
    await assert.rejects(
      insert(other, 1, 'processing', { provider_order_id: orderId }),
      isViolationOf('payment_attempt_provider_order_id'),
    );
    await assert.rejects(
      insert(other, 1, 'processing', { idempotency_key: `charge:${orderId}:1` }),
      isViolationOf('payment_attempt_idempotency_key'),
    );
    await assert.rejects(insert(other, 1, 'processing', { amount: 0 }), isViolationOf('payment_attempt_amount'));
    await assert.rejects(insert(other, 1, 'processing', { amount: null }), isViolationOf('payment_attempt_tombstone'));
    await assert.rejects(insert(other, 1, 'paid'), isViolationOf('payment_attempt_status'));
    await assert.rejects(
      insert(other, 1, 'rejected', { last4: '4242424242424242' }),
      isViolationOf('payment_attempt_last4'),
    );
  });

  test('a later attempt is claimed only when the earlier ones are closed, and none after a later one', async () => {
    const orderId = uuidv7();
    const first = await store.claim(newAttempt(orderId, 1), 15_000);
    assert.ok(first);
    assert.equal(await store.claim(newAttempt(orderId, 2), 15_000), undefined);
    await store.settle(first.paymentId, DECLINE, 0);
    assert.ok(await store.claim(newAttempt(orderId, 3), 15_000));
    assert.equal(await store.claim(newAttempt(orderId, 2), 15_000), undefined);
  });

  test('an attempt is marked sent once', async () => {
    const claimed = await store.claim(newAttempt(uuidv7(), 1), 15_000);
    assert.ok(claimed);
    assert.equal(await store.markSent(claimed.paymentId, 75_000), true);
    assert.equal(await store.markSent(claimed.paymentId, 75_000), false);
    const stored = await store.find(claimed.orderId, 1);
    assert.ok(stored?.sentAt instanceof Date);
  });

  test('an attempt given up is never marked sent, nor one that was sent given up', async () => {
    const first = await store.claim(newAttempt(uuidv7(), 1), 15_000);
    assert.ok(first);
    assert.equal((await store.abandonUnsent(first.orderId, 1, 0))?.status, 'abandoned');
    assert.equal(await store.markSent(first.paymentId, 0), false);

    const second = await store.claim(newAttempt(uuidv7(), 1), 15_000);
    assert.ok(second);
    assert.equal(await store.markSent(second.paymentId, 0), true);
    assert.equal(await store.abandonUnsent(second.orderId, 1, 0), undefined);
  });

  test('an attempt that was claimed just now is not given up', async () => {
    const claimed = await store.claim(newAttempt(uuidv7(), 1), 15_000);
    assert.ok(claimed);
    assert.equal(await store.abandonUnsent(claimed.orderId, 1, 60_000), undefined);
    assert.equal((await store.find(claimed.orderId, 1))?.status, 'processing');
  });

  test('a tombstone refuses the claim that comes late, and is put once', async () => {
    const orderId = uuidv7();
    const tombstone = { paymentId: uuidv7(), orderId, attempt: 1, ...providerIdentity(orderId, 1) };
    assert.equal((await store.bury(tombstone))?.status, 'abandoned');
    assert.equal(await store.bury({ ...tombstone, paymentId: uuidv7() }), undefined);
    assert.equal(await store.claim(newAttempt(orderId, 1), 15_000), undefined);
  });

  test('a tombstone and a claim at once leave one row, of whoever was first', async () => {
    for (let round = 0; round < 20; round++) {
      const orderId = uuidv7();
      const [buried, claimed] = await Promise.all([
        store.bury({ paymentId: uuidv7(), orderId, attempt: 1, ...providerIdentity(orderId, 1) }),
        store.claim(newAttempt(orderId, 1), 15_000),
      ]);
      assert.equal([buried, claimed].filter((row) => row !== undefined).length, 1);
      assert.equal((await store.list(orderId)).length, 1);
    }
  });

  test('an outcome is recorded once: what is settled stays', async () => {
    const claimed = await store.claim(newAttempt(uuidv7(), 1), 15_000);
    assert.ok(claimed);
    const unknown = await store.settle(
      claimed.paymentId,
      { status: 'unknown', providerCode: 'PROVIDER_ERROR', paymentKey: null },
      10_000,
    );
    assert.equal(unknown?.status, 'unknown');
    const approved = await store.settle(claimed.paymentId, { status: 'approved', ...APPROVAL }, 0);
    assert.equal(approved?.paymentKey, 'key-1');
    assert.equal(await store.settle(claimed.paymentId, DECLINE, 0), undefined);
    assert.equal((await store.find(claimed.orderId, 1))?.status, 'approved');
  });

  test('what a worker needs is there while the attempt is open, and gone when it is settled', async () => {
    const claimed = await store.claim(newAttempt(uuidv7(), 1), 15_000);
    assert.ok(claimed);
    const { paymentId } = claimed;
    const waitS = async (): Promise<number | null> => {
      const rows = await database.sql`
        SELECT extract(epoch FROM next_check_at - now())::float8 AS wait FROM payment_attempt
        WHERE payment_id = ${paymentId}`;
      return rows[0]?.wait;
    };
    await store.markSent(paymentId, 75_000);
    assert.ok(Math.abs(Number(await waitS()) - 75) < 5);
    await store.settle(paymentId, { status: 'unknown', providerCode: null, paymentKey: null }, 10_000);
    assert.ok(Math.abs(Number(await waitS()) - 10) < 5);
    await store.settle(paymentId, DECLINE, 10_000);
    assert.equal(await waitS(), null);
  });

  test('every write asks for a flush, even where the server was tuned not to', async () => {
    const name = new URL(database.url).pathname.slice(1);
    await database.sql.unsafe(`ALTER DATABASE ${name} SET synchronous_commit = off`);
    const hasty = openPostgres({ url: database.url, applicationName: 'payment-test', max: 1 });
    const store = createAttemptStore(hasty);
    await database.sql.unsafe(`
      CREATE TABLE seen_commit (setting text);
      CREATE FUNCTION note_commit() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN INSERT INTO seen_commit VALUES (current_setting('synchronous_commit')); RETURN NEW; END $$;
      CREATE TRIGGER note_commit BEFORE INSERT OR UPDATE ON payment_attempt
        FOR EACH ROW EXECUTE FUNCTION note_commit();`);
    try {
      const claimed = await store.claim(newAttempt(uuidv7(), 1), 15_000);
      assert.ok(claimed);
      await store.markSent(claimed.paymentId, 0);
      await store.settle(claimed.paymentId, DECLINE, 0);
      const orderId = uuidv7();
      await store.bury({ paymentId: uuidv7(), orderId, attempt: 1, ...providerIdentity(orderId, 1) });
      const seen = await database.sql`SELECT setting FROM seen_commit`;
      assert.deepEqual(
        seen.map((row) => row.setting),
        ['on', 'on', 'on', 'on'],
      );
    } finally {
      await closePostgres(hasty);
      await database.sql.unsafe('DROP TRIGGER note_commit ON payment_attempt');
    }
  });

  /** Past the store's own checks, as a program with a defect would. */
  const insert = (
    orderId: string,
    attempt: number,
    status: string,
    over: Record<string, string | number | null> = {},
  ) => {
    const identity = providerIdentity(orderId, attempt);
    const row: Record<string, string | number | null> = {
      order_id: orderId,
      attempt,
      payment_id: uuidv7(),
      status,
      payment_method: 'CreditCard',
      amount: 3_000,
      provider_order_id: identity.providerOrderId,
      idempotency_key: identity.idempotencyKey,
      payment_key: ['processing', 'unknown', 'rejected', 'abandoned'].includes(status) ? null : `key-${attempt}`,
      ...over,
    };
    return database.sql`INSERT INTO payment_attempt ${database.sql(row)}`;
  };
});

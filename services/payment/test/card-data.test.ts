import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { startTestDatabase, type TestDatabase } from './database.ts';
import { startTestSandbox, type TestSandbox } from './sandbox.ts';
import { cardRequest, depositRequest, startService, type TestService } from './service.ts';

// Digits that nothing else in the system can come up with by chance.
const CANARY = { cardNumber: '9876501234567890', birthOrRegistration: '7310298461', passwordTwoDigits: '83' };

describe('card data', () => {
  let database: TestDatabase;
  let sandbox: TestSandbox;
  let service: TestService;
  const errors: unknown[] = [];
  const stops: (() => Promise<void>)[] = [];
  before(async () => {
    [database, sandbox] = await Promise.all([startTestDatabase(), startTestSandbox()]);
    service = await startService({ dbUrl: database.url, baseUrl: sandbox.url });
    stops.push(service.stop);
  });
  after(async () => {
    for (const stop of stops) await stop();
    await Promise.all([sandbox.close(), database.close()]);
  });

  test('is in no column, no log line and no error, whatever happens to the charge', async () => {
    const down = await startService({ dbUrl: database.url, baseUrl: 'http://127.0.0.1:9' });
    const strict = await startService({ dbUrl: database.url, baseUrl: sandbox.url, cardValidation: 'strict' });
    const closed = await startService({ dbUrl: database.url.replace(/\/[^/]*$/, '/absent'), baseUrl: sandbox.url });
    stops.push(down.stop, strict.stop, closed.stop);
    const knobs = [
      {},
      { dropBeforeCommit: true },
      { dropAfterCommit: true },
      { errorAfterCommit: 500 },
      { nonJson: true },
    ];
    for (const faults of knobs) {
      await sandbox.faults(faults);
      errors.push((await service.payment.make_payment.safe(cardRequest(CANARY))).error);
    }
    await sandbox.faults({});
    for (const { payment } of [down, strict, closed])
      errors.push((await payment.make_payment.safe(cardRequest(CANARY))).error);
    // Whatever happens after the charge has no card to tell of, and must not have kept one.
    const canceled = cardRequest(CANARY);
    await service.payment.make_payment(canceled);
    await service.payment.cancel_payment({ orderId: canceled.orderId, attempt: 1, reason: 'x' });
    const account = { ...depositRequest(), ...CANARY, expiryYear: '26', expiryMonth: '12' };
    assert.equal((await service.payment.make_payment(account)).paymentStatus, 'WaitingForDeposit');
    const notice = { providerOrderId: account.orderId, secret: 'x', status: 'DONE' };
    errors.push((await service.payment.confirm_deposit.safe(notice)).error);
    const misshapen = { ...cardRequest(CANARY), expiryMonth: 'x', extra: CANARY.cardNumber };
    errors.push((await service.payment.make_payment.safe(misshapen as ReturnType<typeof cardRequest>)).error);

    const [dump] = await database.sql`
      SELECT (SELECT string_agg(row_to_json(payment_attempt)::text, E'\n') FROM payment_attempt)
          || (SELECT string_agg(row_to_json(payment_outbox)::text, E'\n') FROM payment_outbox) AS text`;
    const [row] = await database.sql`
      SELECT deposit_secret AS secret FROM payment_attempt WHERE order_id = ${account.orderId}`;
    const logs = [service, down, strict, closed].flatMap((each) => each.logs).join('');
    const places = { dump: String(dump?.text), logs, errors: describeErrors(errors) };
    for (const [place, text] of Object.entries(places)) {
      assert.ok(text.length > 100, `${place} has something to look through`);
      assert.ok(!text.includes(CANARY.cardNumber), `card number in ${place}`);
      assert.ok(!text.includes(CANARY.cardNumber.slice(0, 12)), `start of the card number in ${place}`);
      assert.ok(!text.includes(CANARY.birthOrRegistration), `identity number in ${place}`);
      assert.ok(!/password/i.test(text), `a password field in ${place}`);
      assert.ok(place === 'dump' || !text.includes(row?.secret), `deposit secret in ${place}`);
    }
    assert.ok(places.dump.includes('"last4":"7890"'));
  });
});

/** Everything an error carries, its causes and hidden fields included. */
function describeErrors(all: readonly unknown[]): string {
  const seen = new Set<unknown>();
  const parts: string[] = [];
  const visit = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) {
      parts.push(String(value));
      return;
    }
    if (seen.has(value)) return;
    seen.add(value);
    for (const key of Object.getOwnPropertyNames(value)) {
      parts.push(key);
      visit(Reflect.get(value, key));
    }
  };
  for (const each of all) visit(each);
  return parts.join('\n');
}

import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { uuidv7 } from 'uuidv7';
import { answerWith, CABLE, HONG } from './support/peers.ts';
import { SEED_REQUEST, send, TOKEN } from './support/requests.ts';
import { startShop } from './support/shop.ts';

const shop = await startShop({ paymentMs: 1_000, abandonMs: 300, paymentLookupMs: 300 });
const { payment, database } = shop;
const usual = { ...payment.script };

beforeEach(() => {
  Object.assign(payment.script, usual);
  for (const list of [payment.asked, payment.abandoned, payment.lookedUp]) list.length = 0;
});

const post = async (path: string, body: unknown, key: string | undefined, headers: Record<string, string> = TOKEN) => {
  const response = await fetch(`${shop.url}${path}`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...headers,
      ...(key === undefined ? {} : { 'idempotency-key': key }),
    },
    body: JSON.stringify(body),
  });
  return { status: response.status, headers: response.headers, text: await response.text() };
};
const place = (key: string | undefined, body: unknown = SEED_REQUEST, headers?: Record<string, string>) =>
  post('/order', body, key, headers);
const codeOf = ({ text }: { readonly text: string }): unknown => (JSON.parse(text) as { code?: unknown }).code;
const idOf = ({ text }: { readonly text: string }): string =>
  String((JSON.parse(text) as { orderId?: unknown }).orderId);

for (const [name, outcome, status] of [
  ['a paid order', answerWith('Approved'), 201],
  ['a declined one', answerWith('Rejected', 'REJECT_CARD_PAYMENT'), 402],
  ['an undecided one', answerWith('Pending'), 202],
] as const) {
  test(`${name} sent again gets the first answer to the letter and charges nothing`, async () => {
    payment.script.makePayment = outcome;
    const key = uuidv7();
    const first = await place(key);
    payment.script.makePayment = answerWith('Approved');
    const again = await place(key);
    assert.deepEqual([first.status, again.status], [status, status]);
    assert.equal(again.text, first.text);
    assert.equal(first.headers.get('idempotency-replayed'), null);
    assert.equal(again.headers.get('idempotency-replayed'), 'true');
    for (const name of ['location', 'content-type', 'retry-after', 'content-language']) {
      assert.equal(again.headers.get(name), first.headers.get(name), name);
    }
    assert.equal(payment.asked.length, 1);
  });
}

test('fifty identical requests at once are one order and one charge', async () => {
  const before = (await database.orders.listOwn(HONG, { limit: 1_000 })).length;
  const key = uuidv7();
  const answers = await Promise.all(Array.from({ length: 50 }, () => place(key)));
  const byStatus = Map.groupBy(answers, ({ status }) => status);
  assert.deepEqual([...byStatus.keys()].filter((status) => status !== 201 && status !== 409).length, 0);
  assert.ok((byStatus.get(201) ?? []).length >= 1);
  for (const busy of byStatus.get(409) ?? []) {
    assert.equal(codeOf(busy), 'idempotency_in_progress');
    assert.equal(busy.headers.get('retry-after'), '1');
  }
  assert.equal(new Set((byStatus.get(201) ?? []).map(({ text }) => text)).size, 1, 'one body');
  assert.equal((await database.orders.listOwn(HONG, { limit: 1_000 })).length, before + 1);
  assert.equal(payment.asked.length, 1);
});

test('ten identical payment retries at once are one attempt', async () => {
  payment.script.makePayment = answerWith('Rejected', 'REJECT_CARD_PAYMENT');
  const orderId = idOf(await place(undefined));
  payment.script.makePayment = answerWith('Approved');
  payment.asked.length = 0;
  const key = uuidv7();
  const path = `/order/${orderId}/payment`;
  const answers = await Promise.all(
    Array.from({ length: 10 }, () => post(path, { payment: SEED_REQUEST.payment }, key)),
  );
  for (const { status } of answers) assert.ok(status === 201 || status === 409, `${status}`);
  assert.deepEqual(
    payment.asked.map(({ attempt }) => attempt),
    [2],
  );
  const again = await post(path, { payment: SEED_REQUEST.payment }, key);
  assert.deepEqual([again.status, again.headers.get('idempotency-replayed')], [201, 'true']);
});

test('a key is one for each customer and each route', async () => {
  const key = uuidv7();
  const first = await place(key);
  const stranger = await place(key, SEED_REQUEST, { authorization: 'Bearer token-of-kim' });
  assert.deepEqual([first.status, stranger.status], [201, 201]);
  assert.notEqual(idOf(first), idOf(stranger));
  payment.script.makePayment = answerWith('Rejected');
  const declined = idOf(await place(undefined));
  payment.script.makePayment = answerWith('Approved');
  const retry = await post(`/order/${declined}/payment`, { payment: SEED_REQUEST.payment }, key);
  assert.deepEqual([retry.status, retry.headers.get('idempotency-replayed')], [201, null]);
});

test('a quoted key is the same as a bare one', async () => {
  const key = uuidv7();
  const first = await place(`"${key}"`);
  assert.equal((await place(key)).text, first.text);
});

test('a key used for another request is 422, and the order of properties is no difference', async () => {
  const key = uuidv7();
  const first = await place(key);
  const { payment: card, address, productIds } = SEED_REQUEST;
  assert.equal((await place(key, { payment: card, productIds, address })).text, first.text);
  for (const other of [
    { ...SEED_REQUEST, productIds: [CABLE, CABLE, CABLE] },
    { ...SEED_REQUEST, address: { ...address, city: '부산' } },
    { ...SEED_REQUEST, payment: { ...card, amount: 1_000 } },
  ]) {
    const answer = await place(key, other);
    assert.deepEqual([answer.status, codeOf(answer)], [422, 'idempotency_key_reused']);
  }
});

test('card data is no part of what tells requests apart: nothing of it can be worked out of what is kept', async () => {
  const key = uuidv7();
  const first = await place(key);
  const secrets = { cardNumber: '4242424242424242', passwordTwoDigits: '99', birthOrRegistration: '900101' };
  const other = await place(key, { ...SEED_REQUEST, payment: { ...SEED_REQUEST.payment, ...secrets } });
  assert.equal(other.text, first.text);
});

test('a key that cannot be one is 400 and nothing is done', async () => {
  for (const key of ['x'.repeat(256), '"unclosed', '""', '키'.normalize('NFD').replaceAll(/[^\x20-\xff]/g, 'é')]) {
    const answer = await place(key);
    assert.deepEqual([answer.status, codeOf(answer)], [400, 'idempotency_key_invalid'], key.slice(0, 20));
  }
  assert.equal(payment.asked.length, 0);
  assert.equal((await place('x'.repeat(255))).status, 201);
});

test('what is refused before an order exists leaves the key free', async () => {
  const key = uuidv7();
  const wrong = await place(key, { ...SEED_REQUEST, payment: { ...SEED_REQUEST.payment, amount: 1 } });
  assert.deepEqual([wrong.status, codeOf(wrong)], [422, 'amount_mismatch']);
  assert.equal((await place(key, { ...SEED_REQUEST, extra: 1 })).status, 400);
  assert.equal((await place(key, SEED_REQUEST, { authorization: 'Bearer forged' })).status, 401);
  const right = await place(key);
  assert.deepEqual([right.status, right.headers.get('idempotency-replayed')], [201, null]);
});

test('a dependency that was away is tried again under the same key', async () => {
  const key = uuidv7();
  await shop.wires.product.cut();
  assert.equal((await place(key)).status, 503);
  await shop.wires.product.mend();
  await shop.peers.product.$.ready();
  assert.equal((await place(key)).status, 201);
  assert.equal(payment.asked.length, 1);
});

test('while the first one runs the second is told to wait', async () => {
  const key = uuidv7();
  const { promise: decided, resolve } = Promise.withResolvers<void>();
  payment.script.makePayment = async (input, ctx) => {
    await decided;
    return answerWith('Approved')(input, ctx);
  };
  const first = place(key);
  while (payment.asked.length === 0) await new Promise((next) => setImmediate(next));
  const second = await place(key);
  assert.deepEqual([second.status, codeOf(second)], [409, 'idempotency_in_progress']);
  resolve();
  assert.equal((await first).status, 201);
});

/** A key whose request died: claimed, its lease run out, nobody there any more. */
const deadKey = async (path: string, orderId: string, attempt?: number): Promise<string> => {
  const key = uuidv7();
  const { fingerprintOf } = await import('../src/workflow/fingerprint.ts');
  const isRetry = path !== '/order';
  const request = isRetry
    ? { orderId, payment: SEED_REQUEST.payment }
    : { productIds: SEED_REQUEST.productIds, address: SEED_REQUEST.address, payment: SEED_REQUEST.payment };
  const claim = await database.keys.claim(
    { userId: HONG, method: 'POST', route: isRetry ? '/order/:orderId/payment' : '/order', key },
    {
      fingerprint: fingerprintOf(await database.fingerprintKey(), request),
      orderId,
      now: new Date(Date.now() - 60_000),
      leaseUntil: new Date(Date.now() - 30_000),
    },
  );
  assert.equal(claim.tag, 'held');
  if (claim.tag === 'held' && attempt !== undefined) await claim.held.note(attempt);
  return key;
};

test('a request that died before its order is carried out under the order id it had', async () => {
  const orderId = uuidv7();
  const key = await deadKey('/order', orderId);
  const answer = await place(key);
  assert.deepEqual([answer.status, idOf(answer)], [201, orderId]);
  assert.equal(payment.asked[0]?.orderId, orderId);
});

for (const [name, paymentStatus, http, code] of [
  ['was charged', 'Approved', 201, undefined],
  ['was declined', 'Rejected', 402, 'payment_declined'],
  ['is not decided', 'Pending', 202, undefined],
  ['never began', undefined, 409, 'payment_abandoned'],
] as const) {
  test(`a request that died after its order, whose charge ${name}, is answered ${http} for that order`, async () => {
    payment.script.makePayment = answerWith('Pending');
    const orderId = idOf(await place(undefined));
    payment.asked.length = 0;
    if (paymentStatus !== undefined) {
      payment.script.getPayment = ({ attempt = 1 }) => ({ paymentId: uuidv7(), orderId, attempt, paymentStatus });
    }
    const key = await deadKey('/order', orderId);
    const answers = [await place(key), await place(key)];
    for (const answer of answers) {
      assert.deepEqual([answer.status, idOf(answer), codeOf(answer)], [http, orderId, code]);
    }
    assert.equal(answers[0]?.text, answers[1]?.text);
    assert.equal(payment.asked.length, 0, 'nothing is charged a second time');
  });
}

test('of many who find a dead request one goes on with it', async () => {
  const orderId = uuidv7();
  const key = await deadKey('/order', orderId);
  const answers = await Promise.all(Array.from({ length: 10 }, () => place(key)));
  for (const { status } of answers) assert.ok(status === 201 || status === 409, `${status}`);
  assert.equal(payment.asked.length, 1);
});

test('a payment retry that died is followed up and not started a second time', async () => {
  payment.script.makePayment = answerWith('Rejected');
  const orderId = idOf(await place(undefined));
  payment.script.makePayment = answerWith('Pending');
  assert.equal((await post(`/order/${orderId}/payment`, { payment: SEED_REQUEST.payment }, undefined)).status, 202);
  payment.asked.length = 0;
  payment.script.getPayment = ({ attempt = 1 }) => ({
    paymentId: uuidv7(),
    orderId,
    attempt,
    paymentStatus: 'Approved',
  });
  const key = await deadKey('/order/:orderId/payment', orderId, 2);
  const answer = await post(`/order/${orderId}/payment`, { payment: SEED_REQUEST.payment }, key);
  assert.deepEqual([answer.status, payment.asked.length], [201, 0]);
});

test('a payment retry that died before its attempt is made', async () => {
  payment.script.makePayment = answerWith('Rejected');
  const orderId = idOf(await place(undefined));
  payment.script.makePayment = answerWith('Approved');
  const key = await deadKey('/order/:orderId/payment', orderId, 2);
  assert.equal((await post(`/order/${orderId}/payment`, { payment: SEED_REQUEST.payment }, key)).status, 201);
  assert.equal((await send(`${shop.url}/order/${orderId}`, 'GET')).body.attempt, 2);
});

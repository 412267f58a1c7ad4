import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { answerWith, CABLE, HONG, PAD } from './support/peers.ts';
import { SEED_REQUEST, send } from './support/requests.ts';
import { startShop } from './support/shop.ts';

const shop = await startShop({ productMs: 600, userMs: 600 });
const order = (body: unknown, headers?: Record<string, string>) => send(`${shop.url}/order`, 'POST', body, headers);
const stored = () => shop.database.orders.listOwn(HONG, { limit: 1_000 });

beforeEach(() => {
  shop.payment.script.makePayment = answerWith('Approved');
  for (const peer of [shop.user, shop.product, shop.payment]) peer.seen.length = 0;
  shop.payment.asked.length = 0;
});

const refused = async (answer: { status: number; body: object }, status: number, code: string, before: number) => {
  assert.deepEqual({ status: answer.status, code: 'code' in answer.body && answer.body.code }, { status, code });
  assert.equal((await stored()).length, before, 'nothing is written for a refused request');
  assert.equal(shop.payment.asked.length, 0, 'nothing is charged for a refused request');
};

test('the seed request is paid and answers with the order and where it is', async () => {
  // As the README's curl sends it, byte for byte.
  const text = `{"productIds":["${CABLE}","${PAD}"],"address":{"name":"홍길동","street":"세종대로 110","city":"서울","postalCode":"04524","country":"KR"},"payment":{"paymentMethod":"CreditCard","paymentName":"홍길동","cardNumber":"123123","expiryYear":"26","expiryMonth":"12","birthOrRegistration":"9","passwordTwoDigits":"12","amount":3000}}`;
  const { status, headers, body } = await order(text);
  assert.equal(status, 201);
  assert.equal(headers.get('location'), `/order/${body.orderId}`);
  assert.match(String(body.orderId), /^[0-9a-f]{8}-[0-9a-f]{4}-7/, 'a UUIDv7');
  assert.equal(body.status, 'paymentProcessed');
  assert.deepEqual(body.items, [
    { productId: CABLE, name: 'USB-C 케이블', price: 1_000 },
    { productId: PAD, name: '마우스 패드', price: 2_000 },
  ]);
  assert.equal(body.totalAmount, 3_000);
  assert.equal(body.attempt, 1);
  assert.deepEqual(body.payment, { method: 'CreditCard', status: 'Approved', last4: '3123' });
  assert.deepEqual(
    (body.history as { from: string | null; to: string }[]).map(({ from, to }) => [from, to]),
    [
      [null, 'created'],
      ['created', 'paymentPending'],
      ['paymentPending', 'paymentProcessed'],
    ],
  );
  const read = await send(`${shop.url}/order/${body.orderId}`, 'GET');
  assert.equal(read.status, 200);
  assert.deepEqual(read.body, body, 'reading it again gives the same');
});

test('payment is asked with the order, the first attempt, the buyer and the card', async () => {
  const { body } = await order(SEED_REQUEST);
  assert.equal(shop.payment.asked.length, 1);
  const { amount, ...card } = SEED_REQUEST.payment;
  assert.deepEqual(shop.payment.asked[0], {
    orderId: body.orderId,
    attempt: 1,
    userEmail: 'user@example.com',
    ...card,
    amount,
  });
});

test('the order is stored as pending before payment hears of it', async () => {
  const seen: unknown[] = [];
  shop.payment.script.makePayment = async (input, ctx) => {
    const found = await shop.database.orders.find(input.orderId);
    seen.push(
      found?.status,
      found?.version,
      found?.history.map(({ to }) => to),
    );
    return answerWith('Approved')(input, ctx);
  };
  assert.equal((await order(SEED_REQUEST)).status, 201);
  assert.deepEqual(seen, ['paymentPending', 1, ['created', 'paymentPending']]);
});

test('the order id is the correlation id of every call and every line of the order', async () => {
  shop.lines.length = 0;
  const { body, headers } = await order(SEED_REQUEST);
  const calls = [...shop.user.seen, ...shop.product.seen, ...shop.payment.seen];
  assert.deepEqual(calls.map(({ cmd }) => cmd).sort(), ['get_products_info', 'make_payment', 'parse_bearer_token']);
  for (const { cmd, correlationId } of calls) assert.equal(correlationId, body.orderId, cmd);
  const lines = shop.lines.map((line) => JSON.parse(line)).filter(({ requestId }) => requestId !== undefined);
  assert.ok(lines.length >= 3);
  for (const line of lines) {
    assert.equal(line.correlationId, body.orderId, line.msg);
    assert.equal(line.requestId, headers.get('x-request-id'));
  }
});

test('the account is looked up where the check of the token does not say its address', async () => {
  shop.user.script.saysEmail = false;
  try {
    const emails: string[] = [];
    shop.payment.script.makePayment = (input, ctx) => {
      emails.push(input.userEmail);
      return answerWith('Approved')(input, ctx);
    };
    const { status, body } = await order(SEED_REQUEST);
    assert.equal(status, 201);
    assert.deepEqual(emails, ['user@example.com']);
    const asked = shop.user.seen.filter(({ correlationId }) => correlationId === body.orderId).map(({ cmd }) => cmd);
    assert.deepEqual(asked, ['parse_bearer_token', 'get_user_info']);
  } finally {
    shop.user.script.saysEmail = true;
  }
});

test('products are looked up while the token is checked', async () => {
  const { promise: productAsked, resolve } = Promise.withResolvers<void>();
  const { promise: userAsked, resolve: userIsAsked } = Promise.withResolvers<void>();
  // Each waits for the other to be asked: one after the other would end in a timeout.
  shop.product.script.beforeAnswer = async () => {
    resolve();
    await userAsked;
  };
  shop.user.script.beforeAnswer = async () => {
    userIsAsked();
    await productAsked;
  };
  try {
    assert.equal((await order(SEED_REQUEST)).status, 201);
  } finally {
    shop.product.script.beforeAnswer = async () => undefined;
    shop.user.script.beforeAnswer = async () => undefined;
  }
});

test('a request has twelve seconds in all and a charge at most ten of them', async () => {
  await order(SEED_REQUEST);
  const [first] = shop.product.seen;
  assert.ok(first !== undefined && first.remainingMs <= 600);
  const [charge] = shop.payment.seen;
  assert.ok(
    charge !== undefined && charge.remainingMs <= 10_000 && charge.remainingMs > 8_000,
    `${charge?.remainingMs}`,
  );
});

test('a product named twice counts twice', async () => {
  const { payment } = SEED_REQUEST;
  const { status, body } = await order({
    ...SEED_REQUEST,
    productIds: [CABLE, CABLE, PAD],
    payment: { ...payment, amount: 4_000 },
  });
  assert.equal(status, 201);
  assert.equal(body.totalAmount, 4_000);
  assert.equal((body.items as unknown[]).length, 3);
});

test('an amount that is not the sum of the prices is refused with the sum', async () => {
  const before = (await stored()).length;
  for (const amount of [2_999, 3_001, 0, Number.MAX_SAFE_INTEGER]) {
    const answer = await order({ ...SEED_REQUEST, payment: { ...SEED_REQUEST.payment, amount } });
    await refused(answer, 422, 'amount_mismatch', before);
    assert.equal(answer.body.totalAmount, 3_000);
  }
});

test('unknown products are refused and only they are named', async () => {
  const before = (await stored()).length;
  const ghost = 'b3c1a7f2-5b0d-4c89-9d0e-1f2a3b4c5d6e';
  const answer = await order({ ...SEED_REQUEST, productIds: [CABLE, ghost, PAD] });
  await refused(answer, 422, 'product_not_found', before);
  assert.deepEqual(answer.body.missing, [ghost]);
});

test('a missing, malformed, forged, expired or revoked token is 401 with a challenge', async () => {
  const before = (await stored()).length;
  const cases: [Record<string, string>, string][] = [
    [{}, 'token_missing'],
    [{ authorization: 'Basic dXNlcjpwdw==' }, 'token_invalid'],
    [{ authorization: 'Bearer' }, 'token_invalid'],
    [{ authorization: 'Bearer a b' }, 'token_invalid'],
    [{ authorization: `Bearer ${'a'.repeat(4_097)}` }, 'token_invalid'],
    [{ authorization: 'Bearer forged' }, 'token_invalid'],
    [{ authorization: 'Bearer expired-token' }, 'token_expired'],
    [{ authorization: 'bearer revoked-token' }, 'token_revoked'],
    [{ authorization: 'Bearer token-of-nobody' }, 'token_invalid'],
  ];
  for (const [headers, code] of cases) {
    const answer = await order(SEED_REQUEST, headers);
    await refused(answer, 401, code, before);
    assert.equal(answer.headers.get('www-authenticate'), 'Bearer error="invalid_token"');
  }
});

test('a bad token is said before an unknown product', async () => {
  const before = (await stored()).length;
  const body = { ...SEED_REQUEST, productIds: ['b3c1a7f2-5b0d-4c89-9d0e-1f2a3b4c5d6e'] };
  await refused(await order(body, { authorization: 'Bearer forged' }), 401, 'token_invalid', before);
});

test('user or product being away is 503 with Retry-After and heals by itself', async () => {
  const before = (await stored()).length;
  for (const wire of [shop.wires.user, shop.wires.product]) {
    await wire.cut();
    const answer = await order(SEED_REQUEST);
    await refused(answer, 503, 'dependency_unavailable', before);
    assert.ok(Number(answer.headers.get('retry-after')) >= 1);
    await wire.mend();
  }
  await shop.peers.user.$.ready();
  await shop.peers.product.$.ready();
  assert.equal((await order(SEED_REQUEST)).status, 201);
});

test('user or product not answering in time is 504 and nothing is charged', async () => {
  const before = (await stored()).length;
  for (const peer of [shop.user, shop.product]) {
    const { promise, resolve } = Promise.withResolvers<void>();
    peer.script.beforeAnswer = () => promise;
    await refused(await order(SEED_REQUEST), 504, 'dependency_timeout', before);
    resolve();
    peer.script.beforeAnswer = async () => undefined;
  }
});

test('user breaking inside is 502, not 401', async () => {
  const before = (await stored()).length;
  shop.user.script.beforeAnswer = async () => {
    throw new Error('out of order');
  };
  await refused(await order(SEED_REQUEST), 502, 'dependency_failed', before);
  shop.user.script.beforeAnswer = async () => undefined;
});

test('prices under the wrong ids are 502, never charged', async () => {
  const before = (await stored()).length;
  shop.product.script.wrongOrder = true;
  await refused(await order(SEED_REQUEST), 502, 'dependency_failed', before);
  shop.product.script.wrongOrder = false;
});

test('a client that goes away does not stop its order', async () => {
  const { promise: asked, resolve: isAsked } = Promise.withResolvers<string>();
  const { promise: gone, resolve: isGone } = Promise.withResolvers<void>();
  shop.payment.script.makePayment = async (input, ctx) => {
    isAsked(input.orderId);
    await gone;
    return answerWith('Approved')(input, ctx);
  };
  const client = new AbortController();
  const lost = fetch(`${shop.url}/order`, {
    method: 'POST',
    headers: { authorization: 'Bearer token-of-hong', 'content-type': 'application/json' },
    body: JSON.stringify(SEED_REQUEST),
    signal: client.signal,
  });
  const orderId = await asked;
  client.abort();
  await assert.rejects(lost);
  isGone();
  await shop.inFlight.idle();
  assert.equal((await shop.database.orders.find(orderId))?.status, 'paymentProcessed');
});

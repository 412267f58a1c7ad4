import assert from 'node:assert/strict';
import { test } from 'node:test';
import { uuidv7 } from 'uuidv7';
import { answerWith } from './support/peers.ts';
import { SEED_REQUEST, send, TOKEN } from './support/requests.ts';
import { startShop } from './support/shop.ts';

const KIM = { authorization: 'Bearer token-of-kim' };
const refused = (answer: Awaited<ReturnType<typeof send>>, code: string): void => {
  assert.deepEqual([answer.status, answer.body.code], [429, code]);
  assert.ok(Number(answer.headers.get('retry-after')) >= 1);
};

test('a customer places so many orders a minute; others and repeated ones are not counted', async () => {
  const shop = await startShop({}, { orderPerMinute: 3 });
  const key = { ...TOKEN, 'idempotency-key': uuidv7() };
  const place = (headers: Record<string, string>) => send(`${shop.url}/order`, 'POST', SEED_REQUEST, headers);
  assert.equal((await place(key)).status, 201);
  for (let i = 0; i < 2; i += 1) assert.equal((await place(TOKEN)).status, 201);
  refused(await place(TOKEN), 'rate_limited');
  assert.equal((await place(key)).status, 201, 'the answer that was given before');
  assert.equal((await place(KIM)).status, 201);
  assert.equal(shop.payment.asked.length, 4, 'nothing is charged beyond the limit');
  const other = { ...TOKEN, 'idempotency-key': uuidv7() };
  refused(await place(other), 'rate_limited');
});

test('a customer whose cards were declined too often has to wait, another one has not', async () => {
  const shop = await startShop({}, { declinesPer10Minutes: 2 });
  shop.payment.script.makePayment = answerWith('Rejected', 'REJECT_CARD_PAYMENT');
  const first = await send(`${shop.url}/order`, 'POST', SEED_REQUEST);
  const path = `${shop.url}/order/${first.body.orderId}/payment`;
  assert.equal((await send(path, 'POST', { payment: SEED_REQUEST.payment })).status, 402);
  refused(await send(path, 'POST', { payment: SEED_REQUEST.payment }), 'declines_exceeded');
  refused(await send(`${shop.url}/order`, 'POST', SEED_REQUEST), 'declines_exceeded');
  assert.equal(shop.payment.asked.length, 2);
  shop.payment.script.makePayment = answerWith('Approved');
  assert.equal((await send(`${shop.url}/order`, 'POST', SEED_REQUEST, KIM)).status, 201);
  assert.equal((await send(`${shop.url}/order/${first.body.orderId}`, 'GET')).status, 200, 'reading is no paying');
});

test('logins are counted by address and account, refreshes by address', async () => {
  const shop = await startShop({}, { loginPerMinute: 2, refreshPerMinute: 1 });
  const login = (email: string) => send(`${shop.url}/auth/login`, 'POST', { email, password: 'a wrong password' }, {});
  assert.equal((await login('user@example.com')).status, 401);
  assert.equal((await login('USER@example.com')).status, 401);
  refused(await login('user@example.com'), 'rate_limited');
  assert.equal((await login('another@example.com')).status, 401);
  const refresh = () => send(`${shop.url}/auth/refresh`, 'POST', { refreshToken: 'refresh-of-hong' }, {});
  assert.equal((await refresh()).status, 200);
  refused(await refresh(), 'rate_limited');
});

test('an address has so many requests a minute; health, metrics and the provider are not counted', async () => {
  const shop = await startShop({}, { addressPerMinute: 2, webhookPerMinute: 1 });
  for (let i = 0; i < 2; i += 1) assert.equal((await send(`${shop.url}/products`, 'GET', undefined, {})).status, 200);
  refused(await send(`${shop.url}/products`, 'GET', undefined, {}), 'rate_limited');
  refused(await send(`${shop.url}/nowhere`, 'GET', undefined, {}), 'rate_limited');
  for (const path of ['/health/live', '/health/ready', '/metrics']) {
    assert.equal((await fetch(`${shop.url}${path}`)).status, 200, path);
  }
  const notice = () =>
    send(`${shop.url}/webhooks/toss`, 'POST', { orderId: 'abcdef', secret: 'x', status: 'DONE' }, {});
  assert.equal((await notice()).status, 404);
  refused(await notice(), 'rate_limited');
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { login, SEED_ORDER } from '@shop/stack';
import { api } from './harness/api.ts';
import { bootShop } from './harness/shop.ts';
import { forge, signingKey } from './harness/tokens.ts';

const { stack } = await bootShop();

async function refused(token: string | null): Promise<void> {
  const answer = await api(stack, token).post('/order', SEED_ORDER);
  assert.equal(answer.status, 401);
  assert.match(answer.headers.get('content-type') ?? '', /^application\/problem\+json/);
  assert.match(answer.headers.get('www-authenticate') ?? '', /^Bearer/);
}

test('an order without a token is refused with 401', () => refused(null));

test('an expired token is refused with 401, however well it is signed', async () => {
  const now = Math.floor(Date.now() / 1_000);
  const key = await signingKey(stack);
  await refused(forge(stack.token, { claims: { iat: now - 7_200, exp: now - 3_600 }, key }));
});

test('forged tokens are refused with 401: other claims, another key, no signature', async () => {
  await refused(forge(stack.token, { claims: { sub: '00000000-0000-4000-8000-000000000000' } }));
  await refused(forge(stack.token, { key: 'x'.repeat(48) }));
  await refused(forge(stack.token, { header: { alg: 'none' } }));
  await refused(forge(stack.token, { claims: { aud: 'urn:somebody:else' }, key: await signingKey(stack) }));
  await refused('not.a.token');
});

test('the forging above fails for the right reason: the same key and the same claims are accepted', async () => {
  const token = forge(stack.token, { key: await signingKey(stack) });
  assert.equal((await api(stack, token).get('/order')).status, 200);
});

test("somebody else's order is 404, to read and to pay", async () => {
  const mine = await api(stack).post('/order', SEED_ORDER);
  assert.equal(mine.status, 201);
  const registered = await api(stack, null).post('/auth/register', {
    email: 'somebody@example.com',
    password: 'correct horse battery',
    name: '김철수',
  });
  assert.ok(registered.status === 200 || registered.status === 201, `answered ${registered.status}`);
  const other = api(stack, registered.body.accessToken);
  assert.equal((await other.get(`/order/${mine.body.orderId}`)).status, 404);
  const pay = await other.post(`/order/${mine.body.orderId}/payment`, { payment: SEED_ORDER.payment });
  assert.equal(pay.status, 404);
  assert.deepEqual((await other.get('/order')).body.data, []);
});

test('a logged-out session is over', async () => {
  const session = await api(stack, null).post('/auth/login', stack.login);
  assert.equal(session.status, 200);
  const own = api(stack, session.body.accessToken);
  assert.equal((await own.get('/order')).status, 200);
  assert.ok((await own.post('/auth/logout', { refreshToken: session.body.refreshToken })).status < 300);
  assert.equal((await own.get('/order')).status, 401);
  const again = await login(stack.urls.order, stack.login.password);
  assert.equal((await api(stack, again).get('/order')).status, 200);
});

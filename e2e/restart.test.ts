import assert from 'node:assert/strict';
import { test } from 'node:test';
import { login, SEED_ORDER, startStack } from '@shop/stack';
import { api, orderWith } from './harness/api.ts';
import { temporaryDirectory } from './harness/shop.ts';

const dataDir = await temporaryDirectory();

test('after everything stopped and started again, yesterday is still there', async (t) => {
  const first = await startStack({ dataDir });
  t.after(() => first.stop());
  const placed = await api(first).post('/order', SEED_ORDER);
  const declined = await api(first).post('/order', orderWith({ cardNumber: '4000000000009995' }));
  assert.deepEqual([placed.status, declined.status], [201, 402]);
  const kept = await api(first).get(`/order/${declined.body.orderId}`);
  await first.stop();

  const startedAt = performance.now();
  const second = await startStack({ dataDir });
  t.after(() => second.stop());
  const tookMs = performance.now() - startedAt;
  assert.deepEqual(second.login, first.login);
  // Yesterday's token was signed with a key that was kept.
  const before = api(second, first.token);
  assert.deepEqual((await before.get(`/order/${placed.body.orderId}`)).body, placed.body);
  assert.deepEqual((await before.get(`/order/${declined.body.orderId}`)).body, kept.body);
  assert.equal((await before.get('/order')).body.data.length, 2);
  const paid = await api(second).post(`/order/${declined.body.orderId}/payment`, { payment: SEED_ORDER.payment });
  assert.equal(paid.status, 201);
  assert.ok(await login(second.urls.order, second.login.password));
  // The promise is 5 s on two idle cores; a machine that runs other tests gets three times that.
  assert.ok(tookMs < 15_000, `the second start took ${Math.round(tookMs)} ms`);
});

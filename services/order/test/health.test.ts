import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { test } from 'node:test';
import { SEED_REQUEST, send } from './support/requests.ts';
import { startShop } from './support/shop.ts';

test('ready means that the database answers; peers are told but do not count', async () => {
  const shop = await startShop();
  await shop.wires.payment.cut();
  const ready = await send(`${shop.url}/health/ready`, 'GET', undefined, {});
  assert.equal(ready.status, 200);
  assert.deepEqual([ready.body.status, ready.body.mongo], ['ready', 'up']);
  assert.deepEqual(Object.keys(ready.body.peers as object), ['user', 'product', 'payment']);
});

test('without its database the service lives, is not ready and answers 503', async () => {
  const shop = await startShop();
  await shop.database.wire.cut();
  const [live, ready, order, list] = await Promise.all([
    send(`${shop.url}/health/live`, 'GET', undefined, {}),
    send(`${shop.url}/health/ready`, 'GET', undefined, {}),
    send(`${shop.url}/order`, 'POST', SEED_REQUEST),
    send(`${shop.url}/order`, 'GET'),
  ]);
  assert.deepEqual([live.status, live.body], [200, { status: 'ok' }]);
  assert.deepEqual([ready.status, ready.body.status, ready.body.mongo], [503, 'notReady', 'down']);
  for (const answer of [order, list]) {
    assert.deepEqual([answer.status, answer.body.code], [503, 'dependency_unavailable']);
  }
  assert.equal(shop.payment.asked.length, 0, 'nothing is charged that could not be stored');
});

test('a stopping process is not ready, lives, and answers what still comes, each time for the last time on its connection', async () => {
  const shop = await startShop();
  shop.drain.isDraining = true;
  const ready = await send(`${shop.url}/health/ready`, 'GET', undefined, {});
  assert.deepEqual([ready.status, ready.body.status], [503, 'stopping']);
  const order = await send(`${shop.url}/order`, 'POST', SEED_REQUEST);
  assert.deepEqual([order.status, order.headers.get('connection')], [201, 'close']);
  assert.equal((await send(`${shop.url}/health/live`, 'GET', undefined, {})).status, 200);
});

test('a connection that was opened and never used does not hold up the stop', async () => {
  const shop = await startShop();
  const silent = connect(Number(new URL(shop.url).port), '127.0.0.1');
  await once(silent, 'connect');
  const startedMs = performance.now();
  await Promise.all([shop.http.close(), once(silent, 'close')]);
  assert.ok(performance.now() - startedMs < 2_000);
});

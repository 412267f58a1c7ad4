import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HONG } from './support/peers.ts';
import { until } from './support/process.ts';
import { SEED_REQUEST, send } from './support/requests.ts';
import { startShop } from './support/shop.ts';

const shop = await startShop({ userMs: 300, productMs: 300, paymentMs: 300, abandonMs: 200 }, {}, 5);
const place = () => send(`${shop.url}/order`, 'POST', SEED_REQUEST);
const list = () => send(`${shop.url}/order`, 'GET');
const products = () => send(`${shop.url}/products`, 'GET', undefined, {});

/** The quickest of many: what the service takes, without what the machine was busy with. */
const quickestMs = async (request: () => Promise<unknown>): Promise<number> => {
  let best = Number.POSITIVE_INFINITY;
  for (let i = 0; i < 15; i += 1) {
    const startedMs = performance.now();
    await request();
    best = Math.min(best, performance.now() - startedMs);
  }
  return best;
};

for (const [name, wire, refused, works] of [
  ['user', shop.wires.user, list, products],
  ['product', shop.wires.product, products, list],
  ['payment', shop.wires.payment, place, list],
] as const) {
  test(`${name} being down is 503 within 50 ms once it is known, the others work, and it heals by itself`, async () => {
    await wire.cut();
    for (let i = 0; i < 10; i += 1) assert.equal((await refused()).status, 503);
    assert.ok((await quickestMs(refused)) < 50);
    assert.equal((await refused()).status, 503);
    assert.equal((await works()).status, 200);
    await wire.mend();
    await until(async () => (await refused()).status < 300);
    assert.equal((await place()).status, 201);
  });
}

test('user hanging is 504 and then quickly 503, never 401, and the catalogue stays quick', async () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  shop.user.script.beforeAnswer = () => promise;
  const statuses = new Set<number>();
  for (let i = 0; i < 12; i += 1) statuses.add((await list()).status);
  assert.ok(
    [...statuses].every((status) => status === 503 || status === 504),
    `${[...statuses]}`,
  );
  assert.ok((await quickestMs(products)) < 50);
  resolve();
  shop.user.script.beforeAnswer = async () => undefined;
  await until(async () => (await list()).status === 200);
});

test('what payment could not be told while it was away is brought to rest when it is back', async () => {
  const waiting = async () =>
    (await shop.database.orders.listOwn(HONG, { limit: 1_000 })).filter(({ status }) => status === 'paymentPending');
  const worker = shop.recoveryWorker();
  while ((await waiting()).length > 0) await worker.sweep();
  assert.ok(shop.payment.abandoned.length > 0);
});

test('what happened is measured: requests, orders, recovery and calls, and nobody by name', async () => {
  const response = await fetch(`${shop.url}/metrics`);
  assert.equal(response.status, 200);
  assert.match(String(response.headers.get('content-type')), /^text\/plain/);
  const text = await response.text();
  assert.match(text, /http_request_duration_seconds_count\{method="POST",route="\/order",status="201"\} [1-9]/);
  assert.match(text, /^orders\{status="paymentProcessed"\} [1-9]/m);
  assert.match(text, /^orders_stuck 0$/m);
  assert.match(text, /orders_recovery_checks_total\{outcome="settled"\} [1-9]/);
  assert.match(text, /^rpc_/m);
  assert.doesNotMatch(text, new RegExp(`${HONG}|user@example.com|[0-9a-f]{8}-[0-9a-f]{4}`));
});

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { productContract } from '@shop/contracts';
import { closePostgres, createLogger, migrate, openPostgres, type Sql } from '@shop/kit';
import { startTestPostgres, type TestPostgres } from '@shop/kit/testing';
import { createClient } from 'cmdrpc';
import { DEMO_CATALOGUE } from '../src/demo.ts';
import { buildServer } from '../src/server.ts';
import { followPriceChanges } from '../src/store/price-changes.ts';
import { createProductCache } from '../src/store/product-cache.ts';
import { createProducts } from '../src/store/products.ts';

const CABLE = '8cc28226-076e-4472-8b08-4e5c2b51ebc5';
const PAD = '39a9fe98-091a-4dba-a314-195fea19f48c';
/** So long that only an invalidation can explain a new price in these tests. */
const LONG_MS = 3_600_000;
const SHORT_MS = 300;

let database: TestPostgres;
/** The shop's owner, who changes prices. */
let admin: Sql;

before(async () => {
  database = await startTestPostgres();
  admin = openPostgres({ url: database.url, applicationName: 'product-admin', max: 2 });
  const logger = createLogger({ name: 'product', level: 'silent' });
  await migrate({ sql: admin, directory: new URL('../migrations', import.meta.url), logger });
  await createProducts(admin).addMissing(DEMO_CATALOGUE);
});

after(async () => {
  await closePostgres(admin);
  await database.close();
});

/** The service as main.ts puts it together, under a name of its own in `pg_stat_activity`. */
async function startService(name: string, ttlMs: number) {
  const sql = openPostgres({ url: database.url, applicationName: name });
  const products = createProducts(sql);
  const queries: number[] = [];
  const lines: string[] = [];
  const logger = createLogger({ name, destination: { write: (line) => void lines.push(line) } });
  const cache = createProductCache({
    find: (ids) => {
      queries.push(ids.length);
      return products.byIds(ids);
    },
    ttlMs,
    maxEntries: 1_000,
  });
  await followPriceChanges(sql, cache, logger);
  const server = buildServer({ deps: { products, pricing: cache }, logger });
  const { port } = await server.listen({ host: '127.0.0.1', port: 0 });
  const client = createClient(productContract, { target: `tcp://127.0.0.1:${port}`, name: 'test' });
  return {
    client,
    queries,
    priceOf: async (id: string) => (await client.get_products_info({ productIds: [id] }))[0]?.price,
    timesListening: () => lines.filter((line) => line.includes('listening for price changes')).length,
    stop: async () => {
      await client.$.close();
      await server.close({ drainMs: 1_000 });
      await closePostgres(sql);
    },
  };
}

type Service = Awaited<ReturnType<typeof startService>>;

const setPrice = (id: string, price: number) => admin`update products set price = ${price} where id = ${id}`;

/** Asks until the answer is that price. @returns milliseconds it took. */
async function untilPrice(service: Service, id: string, price: number, withinMs = 10_000): Promise<number> {
  const startedMs = performance.now();
  while ((await service.priceOf(id)) !== price)
    assert.ok(performance.now() - startedMs < withinMs, `still not ${price} after ${withinMs} ms`);
  return performance.now() - startedMs;
}

const killListeners = (name: string) => admin`
  select pg_terminate_backend(pid) from pg_stat_activity
  where application_name = ${name} and query like 'listen %' and pid <> pg_backend_pid()`;

test('a thousand calls at once are a few queries, and a new price is there without waiting for age', async (t) => {
  const service = await startService('cache-load', LONG_MS);
  t.after(() => service.stop());
  const ids = DEMO_CATALOGUE.map(({ id }) => id);
  const calls = Array.from({ length: 1_000 }, (_, n) => [ids[n % ids.length] ?? CABLE, PAD, CABLE]);
  const answers = await Promise.all(calls.map((productIds) => service.client.get_products_info({ productIds })));
  for (const [n, products] of answers.entries())
    assert.deepEqual(
      products.map(({ id }) => id),
      calls[n],
    );
  assert.ok(service.queries.length <= ids.length, `${service.queries.length} queries`);
  assert.equal(
    service.queries.reduce((sum, count) => sum + count, 0),
    ids.length,
  );
  await setPrice(CABLE, 1_100);
  await untilPrice(service, CABLE, 1_100);
  await setPrice(CABLE, 1_000);
  await untilPrice(service, CABLE, 1_000);
});

test('a price that changes back and forth under load never settles on an old one', async (t) => {
  const service = await startService('cache-races', LONG_MS);
  t.after(() => service.stop());
  let asking = true;
  const askers = Array.from({ length: 8 }, async () => {
    while (asking) await service.priceOf(PAD);
  });
  for (let price = 5_000; price < 5_100; price++) await setPrice(PAD, price);
  await untilPrice(service, PAD, 5_099);
  asking = false;
  await Promise.all(askers);
  assert.equal(await service.priceOf(PAD), 5_099);
  await setPrice(PAD, 2_000);
});

test('a change of many products, a deletion and a truncation are noticed as well', async (t) => {
  const service = await startService('cache-many', LONG_MS);
  t.after(() => service.stop());
  const many = Array.from({ length: 150 }, () => ({
    id: crypto.randomUUID(),
    name: '한정판',
    price: 10,
    createdAt: new Date(),
  }));
  await createProducts(admin).addMissing(many);
  const [first, second] = many.map(({ id }) => id);
  assert.ok(first !== undefined && second !== undefined);
  assert.deepEqual([await service.priceOf(first), await service.priceOf(second)], [10, 10]);
  await admin`update products set price = 20 where name = '한정판'`;
  await untilPrice(service, first, 20);
  await admin`delete from products where id = ${first}`;
  const isGone = async (id: string) =>
    (await service.client.get_products_info.safe({ productIds: [id] })).error?.reason === 'product_not_found';
  while (!(await isGone(first)));
  assert.equal(await service.priceOf(second), 20);
  await admin`truncate products`;
  while (!(await isGone(second)));
  await createProducts(admin).addMissing(DEMO_CATALOGUE);
  assert.equal(await service.priceOf(CABLE), 1_000);
});

test('an id that was unknown is there as soon as it exists', async (t) => {
  const service = await startService('cache-unknown', LONG_MS);
  t.after(() => service.stop());
  const id = crypto.randomUUID();
  for (let time = 0; time < 2; time++) {
    const { error } = await service.client.get_products_info.safe({ productIds: [CABLE, id] });
    assert.deepEqual(error?.details, { missing: [id] });
  }
  await createProducts(admin).addMissing([{ id, name: '신상품', price: 77, createdAt: new Date() }]);
  assert.equal(await service.priceOf(id), 77);
});

test('while its listener cannot come back a service answers a new price within the age limit', async (t) => {
  const name = 'cache-deaf';
  const service = await startService(name, SHORT_MS);
  t.after(() => service.stop());
  const elsewhere = new URL(database.url);
  const databaseName = elsewhere.pathname.slice(1);
  elsewhere.pathname = '/postgres';
  const gate = openPostgres({ url: elsewhere.href, applicationName: 'gate', max: 1 });
  t.after(() => closePostgres(gate));
  await service.priceOf(CABLE);
  await admin`select 1`;
  // Connections that are open stay: only the listener needs a new one.
  await gate.unsafe(`alter database ${databaseName} allow_connections false`);
  assert.equal((await killListeners(name)).length, 1);
  await service.priceOf(CABLE);
  await setPrice(CABLE, 1_400);
  const tookMs = await untilPrice(service, CABLE, 1_400);
  assert.ok(tookMs < SHORT_MS + 1_000, `took ${tookMs} ms`);
  assert.equal(service.timesListening(), 1);
  await gate.unsafe(`alter database ${databaseName} allow_connections true`);
  while (service.timesListening() < 2) await service.priceOf(CABLE);
  await setPrice(CABLE, 1_000);
  await untilPrice(service, CABLE, 1_000);
});

test('a listener that was killed comes back, forgets what it may have missed, and hears the next change', async (t) => {
  const name = 'cache-killed';
  const service = await startService(name, LONG_MS);
  t.after(() => service.stop());
  assert.equal(await service.priceOf(PAD), 2_000);
  assert.equal((await killListeners(name)).length, 1);
  await setPrice(PAD, 2_100);
  await untilPrice(service, PAD, 2_100);
  while (service.timesListening() < 2) await service.priceOf(PAD);
  await setPrice(PAD, 2_000);
  await untilPrice(service, PAD, 2_000);
});

import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, test } from 'node:test';
import { productContract } from '@shop/contracts';
import { closePostgres, createLogger, migrate, openPostgres, type Sql } from '@shop/kit';
import { startTestPostgres, type TestPostgres } from '@shop/kit/testing';
import { createClient } from 'cmdrpc';
import { DEMO_CATALOGUE } from '../src/demo.ts';
import { buildServer } from '../src/server.ts';
import { createProducts } from '../src/store/products.ts';

const CABLE = '8cc28226-076e-4472-8b08-4e5c2b51ebc5';
const PAD = '39a9fe98-091a-4dba-a314-195fea19f48c';
const logger = createLogger({ name: 'product', level: 'silent' });

let database: TestPostgres;
let sql: Sql;
let server: ReturnType<typeof buildServer>;
let client: ReturnType<typeof createClient<(typeof productContract)['commands']>>;

before(async () => {
  database = await startTestPostgres();
  sql = openPostgres({ url: database.url, applicationName: 'product-test' });
  await migrate({ sql, directory: new URL('../migrations', import.meta.url), logger });
  const products = createProducts(sql);
  await products.addMissing(DEMO_CATALOGUE);
  await products.addMissing(DEMO_CATALOGUE);
  server = buildServer({ deps: { products, pricing: products }, logger });
  const { port } = await server.listen({ host: '127.0.0.1', port: 0 });
  client = createClient(productContract, { target: `tcp://127.0.0.1:${port}`, name: 'test' });
});

after(async () => {
  await client.$.close();
  await server.close({ drainMs: 1_000 });
  await closePostgres(sql);
  await database.close();
});

const allPages = async (limit: number) => {
  const pages: { id: string; name: string; price: number }[][] = [];
  let cursor: string | undefined;
  do {
    const page = await client.list_products({ limit, ...(cursor === undefined ? {} : { cursor }) });
    pages.push(page.products);
    cursor = page.nextCursor;
  } while (cursor !== undefined);
  return pages;
};

test('the two products of the example order cost 1000 and 2000', async () => {
  assert.deepEqual(await client.get_products_info({ productIds: [CABLE, PAD] }), [
    { id: CABLE, name: 'USB-C 케이블', price: 1_000 },
    { id: PAD, name: '마우스 패드', price: 2_000 },
  ]);
});

test('answers in the order asked, a repeated id as often as it was asked', async () => {
  const asked = [PAD, CABLE, PAD];
  const answer = await client.get_products_info({ productIds: asked });
  assert.deepEqual(
    answer.map(({ id }) => id),
    asked,
  );
});

test('names the unknown ids, each once, and none of the known', async () => {
  const [unknown, other] = [randomUUID(), randomUUID()];
  const result = await client.get_products_info.safe({ productIds: [unknown, CABLE, other, unknown] });
  assert.equal(result.error?.code, 'not_found');
  assert.equal(result.error?.reason, 'product_not_found');
  assert.deepEqual(result.error?.details, { missing: [unknown, other] });
});

test('refuses ids that are none, none at all and over a hundred', async () => {
  for (const productIds of [['1 or 1=1'], [], Array.from({ length: 101 }, () => CABLE)]) {
    const result = await client.get_products_info.safe({ productIds });
    assert.equal(result.error?.code, 'invalid_argument');
  }
});

test('lists the catalogue newest first, every product once, in pages of any size', async () => {
  const expected = DEMO_CATALOGUE.map(({ id, name, price }) => ({ id, name, price }));
  assert.ok(expected.length >= 20);
  for (const limit of [1, 7, expected.length, 100]) {
    const pages = await allPages(limit);
    assert.deepEqual(pages.flat(), expected);
    assert.equal(pages.length, Math.ceil(expected.length / limit));
  }
});

test('pages stay whole while products of the same instant are added', async () => {
  const createdAt = new Date('2025-01-01T00:00:00Z');
  const twins = Array.from({ length: 5 }, (_, n) => ({ id: randomUUID(), name: `쌍둥이 ${n}`, price: n, createdAt }));
  await createProducts(sql).addMissing(twins);
  const first = await client.list_products({ limit: 2 });
  await createProducts(sql).addMissing([{ id: randomUUID(), name: '새것', price: 1, createdAt: new Date() }]);
  assert.ok(first.nextCursor);
  const second = await client.list_products({ limit: 100, cursor: first.nextCursor });
  const ids = [...first.products, ...second.products].map(({ id }) => id);
  assert.equal(new Set(ids).size, DEMO_CATALOGUE.length + twins.length);
});

test('refuses a cursor that it did not make', async () => {
  const result = await client.list_products.safe({ cursor: 'bm90IGEgY3Vyc29y' });
  assert.equal(result.error?.code, 'invalid_argument');
  assert.equal(result.error?.reason, 'cursor_invalid');
});

test('is unavailable while its database is away', async () => {
  const gone = openPostgres({ url: database.url, applicationName: 'product-test' });
  await gone.end();
  const products = createProducts(gone);
  const apart = buildServer({ deps: { products, pricing: products }, logger });
  const { port } = await apart.listen({ host: '127.0.0.1', port: 0 });
  const asking = createClient(productContract, { target: `tcp://127.0.0.1:${port}`, name: 'test' });
  const { error } = await asking.get_products_info.safe({ productIds: [CABLE] });
  assert.equal(error?.code, 'unavailable');
  await asking.$.close();
  await apart.close({ drainMs: 1_000 });
});

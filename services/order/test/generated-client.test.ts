import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { createConfig, lintFromString } from '@redocly/openapi-core';
import createClient from 'openapi-fetch';
import { uuidv7 } from 'uuidv7';
import { digestOf } from './support/generate-client.ts';
import type { paths } from './support/generated-api.ts';
import { answerWith, CABLE, PAD } from './support/peers.ts';
import { SEED_REQUEST, TOKEN } from './support/requests.ts';
import { startShop } from './support/shop.ts';

const shop = await startShop({ paymentMs: 500 });
const document = await (await fetch(`${shop.url}/openapi.json`)).text();

test('a linter finds nothing wrong with the document', async () => {
  const config = await createConfig({ extends: ['recommended'] });
  const found = await lintFromString({ source: document, absoluteRef: 'openapi.json', config });
  assert.deepEqual(
    found
      .filter(({ severity }) => severity === 'error')
      .map(({ ruleId, message, location }) => [ruleId, message, location[0]?.pointer]),
    [],
  );
});

test('the client that is checked in is the one that the document gives', async () => {
  const kept = await readFile(new URL('support/generated-api.ts', import.meta.url), 'utf8');
  const [, digest] = /^\/\/ ([0-9a-f]{64})$/m.exec(kept) ?? [];
  assert.equal(digestOf(JSON.parse(document)), digest, 'run node test/support/update-client.ts');
});

test('the generated client places, reads, pays again, lists and cancels orders', async () => {
  const client = createClient<paths>({ baseUrl: shop.url, headers: TOKEN });
  const body = {
    productIds: [CABLE, PAD],
    address: SEED_REQUEST.address,
    payment: { ...SEED_REQUEST.payment, paymentMethod: 'CreditCard' as const },
  };
  const placed = await client.POST('/order', { params: { header: { 'idempotency-key': uuidv7() } }, body });
  assert.equal(placed.response.status, 201);
  assert.equal(placed.data?.status, 'paymentProcessed');

  shop.payment.script.makePayment = answerWith('Rejected', 'REJECT_CARD_PAYMENT');
  const declined = await client.POST('/order', { body });
  assert.equal(declined.response.status, 402);
  assert.equal(declined.error?.code, 'payment_declined');
  const orderId = String(declined.error?.orderId);

  shop.payment.script.makePayment = answerWith('Approved');
  const path = { orderId };
  const paid = await client.POST('/order/{orderId}/payment', { params: { path }, body: { payment: body.payment } });
  assert.deepEqual([paid.response.status, paid.data?.attempt], [201, 2]);
  const read = await client.GET('/order/{orderId}', { params: { path } });
  assert.equal(read.data?.payment.status, 'Approved');
  const canceled = await client.POST('/order/{orderId}/cancel', { params: { path } });
  assert.deepEqual([canceled.response.status, canceled.data?.status], [200, 'canceled']);
  const list = await client.GET('/order', { params: { query: { limit: 1 } } });
  assert.equal(list.data?.data[0]?.orderId, orderId);
  const products = await client.GET('/products');
  assert.equal(products.data?.data.length, 2);
});

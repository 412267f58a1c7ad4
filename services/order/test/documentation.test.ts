import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PROBLEMS } from '../src/http/problem-catalogue.ts';
import { send } from './support/requests.ts';
import { startShop } from './support/shop.ts';

const shop = await startShop();

interface Operation {
  readonly operationId: string;
  readonly summary: string;
  readonly tags: readonly string[];
  readonly security?: readonly object[];
  readonly responses: Record<string, { readonly description: string; readonly content?: Record<string, Media> }>;
}
interface Media {
  readonly schema: object;
  readonly examples?: Record<string, { readonly value: { readonly code: string; readonly status: number } }>;
}
interface Document {
  readonly openapi: string;
  readonly paths: Record<string, Record<string, Operation>>;
  readonly components: { readonly schemas: Record<string, object>; readonly securitySchemes: Record<string, object> };
}

const document = (await send(`${shop.url}/openapi.json`, 'GET', undefined, {})).body as unknown as Document;
const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ name: `${method.toUpperCase()} ${path}`, operation })),
);

test('every route is described, and none that is not there', () => {
  assert.equal(document.openapi, '3.1.0');
  assert.deepEqual(operations.map(({ name }) => name).sort(), [
    'GET /health/live',
    'GET /health/ready',
    'GET /metrics',
    'GET /order',
    'GET /order/{orderId}',
    'GET /products',
    'POST /auth/login',
    'POST /auth/logout',
    'POST /auth/refresh',
    'POST /auth/register',
    'POST /order',
    'POST /order/{orderId}/cancel',
    'POST /order/{orderId}/payment',
    'POST /webhooks/toss',
  ]);
});

test('every operation has a name, a sentence, a tag, responses, and security where a token is needed', () => {
  assert.equal(new Set(operations.map(({ operation }) => operation.operationId)).size, operations.length);
  for (const { name, operation } of operations) {
    assert.ok(operation.summary && operation.tags.length === 1, name);
    assert.equal(operation.security !== undefined, name.includes('/order'), name);
    for (const [status, response] of Object.entries(operation.responses)) {
      assert.ok(response.description.length > 0 && response.description !== 'Default Response', `${name} ${status}`);
    }
  }
});

test('every problem is described under its own status, and everyone of the catalogue that a route can give', () => {
  const described = new Set<string>();
  for (const { name, operation } of operations) {
    for (const [status, { content = {} }] of Object.entries(operation.responses)) {
      for (const [code, { value }] of Object.entries(content['application/problem+json']?.examples ?? {})) {
        assert.deepEqual([value.code, value.status], [code, Number(status)], `${name} ${status}`);
        described.add(code);
      }
    }
  }
  // What is refused before a route is found belongs to none.
  const general = [
    'route_not_found',
    'method_not_allowed',
    'request_malformed',
    'request_timeout',
    'headers_too_large',
  ];
  assert.deepEqual([...described, ...general].sort(), Object.keys(PROBLEMS).sort());
});

test('the statuses of placing an order are the published ones', () => {
  assert.deepEqual(Object.keys(document.paths['/order']?.post?.responses ?? {}), [
    ...['201', '202', '400', '401', '402', '409', '413', '415', '422', '429', '500', '502', '503', '504'],
  ]);
});

test('every reference leads to a schema and every schema is referred to', () => {
  const text = JSON.stringify(document);
  const used = new Set([...text.matchAll(/"#\/components\/schemas\/(\w+)"/g)].map(([, name]) => name));
  assert.deepEqual([...used].sort(), Object.keys(document.components.schemas).sort());
  assert.deepEqual(Object.keys(document.components.securitySchemes), ['bearer']);
});

test('what validates is what is described: no unknown property, no number as text', () => {
  const schema = document.components.schemas.PlaceOrder as {
    readonly additionalProperties: boolean;
    readonly properties: {
      readonly payment: {
        readonly oneOf: readonly {
          readonly additionalProperties: boolean;
          readonly properties: { readonly amount: { readonly type: string } };
        }[];
      };
    };
    readonly examples: readonly object[];
  };
  assert.equal(schema.additionalProperties, false);
  for (const means of schema.properties.payment.oneOf) {
    assert.deepEqual([means.additionalProperties, means.properties.amount.type], [false, 'integer']);
  }
  assert.equal(schema.examples.length, 1);
});

test('no example holds a number that could be somebody’s card', () => {
  assert.doesNotMatch(JSON.stringify(document), /"[0-9]{13,19}"/);
});

test('the interactive page loads nothing from anywhere else', async () => {
  const page = await fetch(`${shop.url}/docs`);
  assert.equal(page.status, 200);
  const html = await page.text();
  const sources = [...html.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, source]) => source ?? '');
  assert.deepEqual(sources, ['js/scalar.js']);
  const script = await fetch(new URL('js/scalar.js', page.url));
  assert.equal(script.status, 200);
  assert.ok((await script.text()).length > 1_000_000, 'the whole script is served from here');
  const policy = String(page.headers.get('content-security-policy'));
  assert.match(policy, /script-src 'self' 'sha256-[^']+';/);
  assert.match(policy, /connect-src 'self';/);
  assert.doesNotMatch(policy, /https?:/);
});

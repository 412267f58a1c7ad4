import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CABLE, HONG } from './support/peers.ts';
import { SEED_REQUEST, send, TOKEN } from './support/requests.ts';
import { startShop } from './support/shop.ts';

const shop = await startShop();
const { payment, address } = SEED_REQUEST;

const withPayment = (change: object) => ({ ...SEED_REQUEST, payment: { ...payment, ...change } });
const withAddress = (change: object) => ({ ...SEED_REQUEST, address: { ...address, ...change } });
const without = (object: object, key: string) => Object.fromEntries(Object.entries(object).filter(([k]) => k !== key));

/** A body and where it is wrong. */
const BODIES: [string, unknown, string[]][] = [
  ['no body at all', undefined, ['']],
  ['null', 'null', ['']],
  ['a list', '[]', ['']],
  ['a string', '"order"', ['']],
  ['nothing in it', {}, ['/productIds', '/address', '/payment']],
  ['products missing', without(SEED_REQUEST, 'productIds'), ['/productIds']],
  ['address missing', without(SEED_REQUEST, 'address'), ['/address']],
  ['payment missing', without(SEED_REQUEST, 'payment'), ['/payment']],
  ['no products', { ...SEED_REQUEST, productIds: [] }, ['/productIds']],
  ['a product instead of a list', { ...SEED_REQUEST, productIds: CABLE }, ['/productIds']],
  ['101 products', { ...SEED_REQUEST, productIds: Array(101).fill(CABLE) }, ['/productIds']],
  ['a product that is no id', { ...SEED_REQUEST, productIds: [CABLE, 'x'] }, ['/productIds/1']],
  ['a product that is an operator', { ...SEED_REQUEST, productIds: [{ $ne: '' }] }, ['/productIds/0']],
  ['a product that is null', { ...SEED_REQUEST, productIds: [null] }, ['/productIds/0']],
  ['an amount as text', withPayment({ amount: '3000' }), ['/payment/amount']],
  ['an amount that is true', withPayment({ amount: true }), ['/payment/amount']],
  ['a fraction of a won', withPayment({ amount: 3000.5 }), ['/payment/amount']],
  ['a negative amount', withPayment({ amount: -3000 }), ['/payment/amount']],
  [
    'an amount beyond exact integers',
    JSON.stringify(withPayment({ amount: 0 })).replace('"amount":0', '"amount":9007199254740993'),
    ['/payment/amount'],
  ],
  [
    'an amount beyond every number',
    JSON.stringify(withPayment({ amount: 0 })).replace('"amount":0', '"amount":1e999'),
    ['/payment/amount'],
  ],
  ['an amount that is an operator', withPayment({ amount: { $gt: 0 } }), ['/payment/amount']],
  ['an amount that is null', withPayment({ amount: null }), ['/payment/amount']],
  ['another payment method', withPayment({ paymentMethod: 'Cash' }), ['/payment/paymentMethod']],
  ['a card number as a number', withPayment({ cardNumber: 123123 }), ['/payment/cardNumber']],
  ['a card number with letters', withPayment({ cardNumber: '4000a' }), ['/payment/cardNumber']],
  ['a card number with dashes', withPayment({ cardNumber: '4000-0000' }), ['/payment/cardNumber']],
  ['no card number', withPayment({ cardNumber: '' }), ['/payment/cardNumber']],
  ['21 digits', withPayment({ cardNumber: '1'.repeat(21) }), ['/payment/cardNumber']],
  ['a card number that is an operator', withPayment({ cardNumber: { $gt: '' } }), ['/payment/cardNumber']],
  ['other digits than ours', withPayment({ cardNumber: '١٢٣١٢٣' }), ['/payment/cardNumber']],
  ['a four-digit year', withPayment({ expiryYear: '2026' }), ['/payment/expiryYear']],
  ['a year as a number', withPayment({ expiryYear: 26 }), ['/payment/expiryYear']],
  ['three digits of a password', withPayment({ passwordTwoDigits: '123' }), ['/payment/passwordTwoDigits']],
  [
    'eleven digits of an identity',
    withPayment({ birthOrRegistration: '12345678901' }),
    ['/payment/birthOrRegistration'],
  ],
  ['a blank name', withPayment({ paymentName: '   ' }), ['/payment/paymentName']],
  ['an unknown property', { ...SEED_REQUEST, status: 'paymentProcessed' }, ['/status']],
  ['an owner of its own', { ...SEED_REQUEST, userId: HONG }, ['/userId']],
  ['an unknown property of the payment', withPayment({ paymentKey: 'x' }), ['/payment/paymentKey']],
  ['an unknown property of the address', withAddress({ zip: '1' }), ['/address/zip']],
  ['an operator beside the fields', withAddress({ $where: '1' }), ['/address/$where']],
  ['a property named like a card', withPayment({ '4242424242424242': 1 }), ['/payment']],
  ['a street that is an operator', withAddress({ street: { $gt: '' } }), ['/address/street']],
  ['a street that is a list', withAddress({ street: ['a'] }), ['/address/street']],
  ['an empty city', withAddress({ city: '' }), ['/address/city']],
  ['a country too long', withAddress({ country: 'x'.repeat(61) }), ['/address/country']],
  ['a postal code as a number', withAddress({ postalCode: 4524 }), ['/address/postalCode']],
  ['an address that is null', { ...SEED_REQUEST, address: null }, ['/address']],
];

for (const [name, body, pointers] of BODIES) {
  test(`an order with ${name} is 400 and says where`, async () => {
    const answer = await send(`${shop.url}/order`, 'POST', body, TOKEN);
    assert.deepEqual([answer.status, answer.body.code], [400, 'validation_failed']);
    const errors = answer.body.errors as { pointer: string; message: string }[];
    assert.deepEqual(
      errors.map(({ pointer }) => pointer),
      pointers,
    );
    for (const { message } of errors) assert.ok(message.length > 0);
  });
}

const UNREADABLE: [string, string, number, string][] = [
  ['cut in half', '{"productIds": [', 400, 'json_malformed'],
  ['with a comment', '{/* */}', 400, 'json_malformed'],
  ['that poisons a prototype', '{"__proto__": {"isAdmin": true}}', 400, 'json_malformed'],
  ['that poisons one further in', '{"address": {"__proto__": {"isAdmin": true}}}', 400, 'json_malformed'],
  ['that poisons a constructor', '{"constructor": {"prototype": {"isAdmin": true}}}', 400, 'json_malformed'],
  ['over 64 KiB', JSON.stringify({ ...SEED_REQUEST, note: 'x'.repeat(65_536) }), 413, 'body_too_large'],
];

for (const [name, body, status, code] of UNREADABLE) {
  test(`JSON ${name} is ${status}`, async () => {
    const answer = await send(`${shop.url}/order`, 'POST', body);
    assert.deepEqual([answer.status, answer.body.code], [status, code]);
  });
}

test('every other content type is 415', async () => {
  for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data', 'application/xml']) {
    const answer = await send(`${shop.url}/order`, 'POST', JSON.stringify(SEED_REQUEST), {
      ...TOKEN,
      'content-type': type,
    });
    assert.deepEqual([answer.status, answer.body.code], [415, 'media_type_unsupported'], type);
  }
});

test('an answer never repeats a value that was sent', async () => {
  const canary = '4929000011112222';
  const bodies = [
    withPayment({ amount: canary }),
    withPayment({ cardNumber: `${canary}x` }),
    withPayment({ [canary]: 1 }),
    withPayment({ paymentMethod: canary }),
    `{"cardNumber": "${canary}", oops`,
    { ...SEED_REQUEST, productIds: [canary] },
  ];
  for (const body of bodies) {
    const answer = await send(`${shop.url}/order`, 'POST', body);
    assert.equal(answer.status, 400);
    assert.doesNotMatch(JSON.stringify(answer.body), new RegExp(canary));
  }
  assert.doesNotMatch(shop.lines.join(''), new RegExp(canary));
});

test('after all of that nothing was stored, asked or charged', async () => {
  assert.deepEqual(await shop.database.orders.listOwn(HONG, { limit: 10 }), []);
  assert.deepEqual([...shop.user.seen, ...shop.product.seen, ...shop.payment.seen], []);
});

test('a list takes whole numbers from 1 to 100 and nothing unknown', async () => {
  for (const query of [
    'limit=0',
    'limit=101',
    'limit=-1',
    'limit=1.5',
    'limit=1e1',
    'limit=ten',
    'limit=',
    'limit=1&limit=2',
    'sort=asc',
    'cursor[$gt]=',
  ]) {
    for (const path of ['order', 'products']) {
      const answer = await send(`${shop.url}/${path}?${query}`, 'GET');
      assert.deepEqual([answer.status, answer.body.code], [400, 'validation_failed'], `${path}?${query}`);
    }
  }
});

test('account bodies are as strict', async () => {
  const cases: [string, unknown, string][] = [
    ['register', { email: 'not an address', password: 'long enough', name: 'x' }, '/email'],
    ['register', { email: 'a@example.com', password: 'short', name: 'x' }, '/password'],
    ['register', { email: 'a@example.com', password: 'long enough', name: 'x', isAdmin: true }, '/isAdmin'],
    ['login', { email: 'a@example.com', password: { $ne: null } }, '/password'],
    ['refresh', { refreshToken: 1 }, '/refreshToken'],
    ['logout', {}, '/refreshToken'],
  ];
  for (const [route, body, pointer] of cases) {
    const answer = await send(`${shop.url}/auth/${route}`, 'POST', body, {});
    assert.deepEqual([answer.status, (answer.body.errors as { pointer: string }[])[0]?.pointer], [400, pointer], route);
  }
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type CardStrictness, isExpired, keyInSchema } from './key-in-request.ts';
import { ProviderError } from './provider-error.ts';
import { readFields } from './request-fields.ts';

const VALID = {
  amount: 3_000,
  orderId: 'order-000001',
  orderName: 'USB-C 케이블 외 1건',
  cardNumber: '4330123412341234',
  cardExpirationYear: '30',
  cardExpirationMonth: '12',
  customerIdentityNumber: '900101',
  cardPassword: '12',
};

function codeOf(body: unknown, strictness: CardStrictness = 'lenient'): string {
  try {
    readFields(typeof body === 'string' ? body : JSON.stringify(body), keyInSchema(strictness));
    return 'ok';
  } catch (err) {
    assert.ok(err instanceof ProviderError);
    return err.code;
  }
}

test('a complete request passes, and unknown fields are ignored', () => {
  assert.equal(codeOf(VALID), 'ok');
  assert.equal(codeOf(VALID, 'strict'), 'ok');
  assert.equal(codeOf({ ...VALID, cardPassword: undefined, customerEmail: null, somethingNew: 1 }), 'ok');
});

test('each required field that is missing is INVALID_REQUIRED_PARAM, before any other complaint', () => {
  for (const field of Object.keys(VALID).filter((name) => name !== 'cardPassword')) {
    assert.equal(codeOf({ ...VALID, cardInstallmentPlan: 99, [field]: undefined }), 'INVALID_REQUIRED_PARAM', field);
    assert.equal(codeOf({ ...VALID, [field]: null }), 'INVALID_REQUIRED_PARAM', field);
  }
});

const wrongFields: [object, string][] = [
  [{ amount: 99 }, 'BELOW_MINIMUM_AMOUNT'],
  [{ amount: -1 }, 'BELOW_MINIMUM_AMOUNT'],
  [{ amount: '3000' }, 'INVALID_REQUEST'],
  [{ amount: 3_000.5 }, 'INVALID_REQUEST'],
  [{ amount: 2 ** 53 }, 'INVALID_REQUEST'],
  [{ orderId: 'short' }, 'INVALID_ORDER_ID'],
  [{ orderId: 'a'.repeat(65) }, 'INVALID_ORDER_ID'],
  [{ orderId: 'order 000001' }, 'INVALID_ORDER_ID'],
  [{ orderName: 'x'.repeat(101) }, 'INVALID_REQUEST'],
  [{ orderName: '' }, 'INVALID_REQUIRED_PARAM'],
  [{ cardNumber: '4330-1234' }, 'INVALID_CARD_NUMBER'],
  [{ cardNumber: '1'.repeat(21) }, 'INVALID_CARD_NUMBER'],
  [{ cardNumber: 4330123412341234 }, 'INVALID_CARD_NUMBER'],
  [{ cardExpirationYear: 'xx' }, 'INVALID_CARD_EXPIRATION'],
  [{ cardExpirationMonth: '' }, 'INVALID_CARD_EXPIRATION'],
  [{ customerIdentityNumber: '90-0101' }, 'INVALID_CARD_IDENTITY'],
  [{ cardPassword: '1' }, 'INVALID_CARD_PASSWORD'],
  [{ cardPassword: 'ab' }, 'INVALID_CARD_PASSWORD'],
  [{ cardInstallmentPlan: 1 }, 'INVALID_CARD_INSTALLMENT_PLAN'],
  [{ cardInstallmentPlan: 13 }, 'INVALID_CARD_INSTALLMENT_PLAN'],
  [{ cardInstallmentPlan: 2 }, 'NOT_SUPPORTED_MONTHLY_INSTALLMENT_PLAN_BELOW_AMOUNT'],
  [{ taxFreeAmount: 3_001 }, 'INVALID_REQUEST'],
  [{ customerEmail: 'nobody' }, 'INVALID_EMAIL'],
  [{ customerName: 'x'.repeat(101) }, 'INVALID_REQUEST'],
  [{ customerIp: '1.2.3' }, 'INVALID_REQUEST'],
];
for (const [change, code] of wrongFields) {
  const name = JSON.stringify(change).slice(0, 60);
  test(`${name} is ${code}`, () => assert.equal(codeOf({ ...VALID, ...change }), code));
}

test('instalments are accepted from 50,000 won', () => {
  assert.equal(codeOf({ ...VALID, amount: 50_000, cardInstallmentPlan: 12 }), 'ok');
});

test('a body that is no JSON object is INVALID_REQUEST, and the refusal does not quote it', () => {
  for (const body of ['', '{"cardNumber":"4330123412341234"', '[]', 'null', '3']) {
    assert.equal(codeOf(body), 'INVALID_REQUEST');
  }
  assert.throws(
    () => readFields('{"cardNumber":"4330123412341234"', keyInSchema('lenient')),
    (err) => err instanceof ProviderError && err.cause === undefined && !String(err.stack).includes('4330'),
  );
});

test('only the strict rules ask for the documented forms of card data', () => {
  const oddities: [object, string][] = [
    [{ cardNumber: '123123' }, 'INVALID_CARD_NUMBER'],
    [{ customerIdentityNumber: '9' }, 'INVALID_CARD_IDENTITY'],
    [{ customerIdentityNumber: '901301' }, 'INVALID_BIRTH_DAY_FORMAT'],
    [{ cardExpirationMonth: '13' }, 'INVALID_CARD_EXPIRATION'],
    [{ cardExpirationYear: '2030' }, 'INVALID_CARD_EXPIRATION'],
  ];
  for (const [change, code] of oddities) {
    assert.equal(codeOf({ ...VALID, ...change }), 'ok', code);
    assert.equal(codeOf({ ...VALID, ...change }, 'strict'), code);
  }
});

test('a card is good until the last second of its month in Seoul', () => {
  assert.equal(isExpired('26', '12', Date.UTC(2026, 11, 31, 14, 59, 59)), false);
  assert.equal(isExpired('26', '12', Date.UTC(2026, 11, 31, 15, 0, 0)), true);
  assert.equal(isExpired('26', '09', Date.UTC(2026, 8, 30, 14, 59, 59)), false);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isSafeBaseUrl } from './base-url.ts';
import { chargeBody } from './charge-body.ts';

const CHARGE = {
  providerOrderId: 'order-1',
  idempotencyKey: 'key',
  orderName: '주문 1',
  amount: 3_000,
  customerName: '홍길동',
  customerEmail: 'user@example.com',
  cardNumber: '123123',
  expiryYear: '26',
  expiryMonth: '1',
  birthOrRegistration: '900101',
  passwordTwoDigits: '12',
};

test('writes our fields under the names of the provider, the month with two digits', () => {
  assert.deepEqual(JSON.parse(chargeBody(CHARGE)), {
    amount: 3_000,
    orderId: 'order-1',
    orderName: '주문 1',
    cardNumber: '123123',
    cardExpirationYear: '26',
    cardExpirationMonth: '01',
    customerIdentityNumber: '900101',
    cardPassword: '12',
    customerName: '홍길동',
    customerEmail: 'user@example.com',
  });
});

test('leaves out an e-mail address that is too long for the provider', () => {
  const customerEmail = `${'a'.repeat(60)}@${'b'.repeat(60)}.example.com`;
  assert.equal('customerEmail' in JSON.parse(chargeBody({ ...CHARGE, customerEmail })), false);
});

test('card data goes over https, or stays on this machine', () => {
  for (const url of ['https://api.tosspayments.com', 'http://127.0.0.1:4099', 'http://localhost:1', 'http://[::1]:1'])
    assert.equal(isSafeBaseUrl(new URL(url)), true, url);
  for (const url of [
    'http://api.tosspayments.com',
    'http://127.0.0.1.example.com',
    'http://localhost.example.com',
    'ftp://127.0.0.1',
  ])
    assert.equal(isSafeBaseUrl(new URL(url)), false, url);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { canonical, fingerprintOf } from './fingerprint.ts';

const secret = Buffer.from('a key that is long enough for a test');
const body = { b: [2, 1], a: { payment: { amount: 1, cardNumber: '4242', paymentName: 'x' } } };

test('the order of properties makes no difference, that of a list does', () => {
  const turned = { a: { payment: { paymentName: 'x', cardNumber: '4242', amount: 1 } }, b: [2, 1] };
  assert.equal(fingerprintOf(secret, turned), fingerprintOf(secret, body));
  assert.notEqual(fingerprintOf(secret, { ...body, b: [1, 2] }), fingerprintOf(secret, body));
});

test('card data is no part of it, at any depth', () => {
  const text = canonical({ x: [{ cardNumber: '1', passwordTwoDigits: '2', birthOrRegistration: '3', amount: 4 }] });
  assert.equal(text, '{"x":[{"amount":4}]}');
});

test('another key gives another fingerprint', () => {
  assert.notEqual(fingerprintOf(Buffer.from('another'), body), fingerprintOf(secret, body));
});

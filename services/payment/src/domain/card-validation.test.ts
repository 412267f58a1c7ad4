import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cardCheck } from './card-validation.ts';

const strict = cardCheck('strict');
const NOW_MS = Date.parse('2026-11-23T12:00:00+09:00');
const CARD = { cardNumber: '4242424242424242', expiryYear: '28', expiryMonth: '05', birthOrRegistration: '900101' };

test('basic validation leaves everything to the contract', () => {
  const seed = { cardNumber: '123123', expiryYear: '26', expiryMonth: '12', birthOrRegistration: '9' };
  assert.deepEqual(cardCheck('basic')(seed, NOW_MS), []);
});

test('strict validation accepts numbers that pass Luhn', () => {
  for (const cardNumber of ['4242424242424242', '5450898000198151', '4111111111111111', '378282246310005'])
    assert.deepEqual(strict({ ...CARD, cardNumber }, NOW_MS), []);
});

test('strict validation refuses one wrong digit and two swapped ones', () => {
  for (const cardNumber of ['4242424242424241', '4224424242424242', '123123'])
    assert.deepEqual(strict({ ...CARD, cardNumber }, NOW_MS), ['cardNumber']);
});

test('strict validation refuses a month that does not exist', () => {
  for (const expiryMonth of ['0', '00', '13', '99'])
    assert.deepEqual(strict({ ...CARD, expiryMonth }, NOW_MS), ['expiryMonth']);
});

test('strict validation takes a month of one digit', () => {
  assert.deepEqual(strict({ ...CARD, expiryMonth: '5' }, NOW_MS), []);
});

test('a card is good through the last moment of its month in Seoul and not after it', () => {
  const card = { ...CARD, expiryYear: '26', expiryMonth: '11' };
  assert.deepEqual(strict(card, Date.parse('2026-11-30T23:59:59.999+09:00')), []);
  assert.deepEqual(strict(card, Date.parse('2026-12-01T00:00:00.000+09:00')), ['expiryYear', 'expiryMonth']);
});

test('the Seoul clock decides, hours before the month ends elsewhere', () => {
  const card = { ...CARD, expiryYear: '26', expiryMonth: '12' };
  assert.deepEqual(strict(card, Date.parse('2026-12-31T14:59:59.999Z')), []);
  assert.deepEqual(strict(card, Date.parse('2026-12-31T15:00:00.000Z')), ['expiryYear', 'expiryMonth']);
});

test('strict validation wants six or ten digits of identity', () => {
  assert.deepEqual(strict({ ...CARD, birthOrRegistration: '1234567890' }, NOW_MS), []);
  for (const birthOrRegistration of ['9', '12345', '1234567', '123456789'])
    assert.deepEqual(strict({ ...CARD, birthOrRegistration }, NOW_MS), ['birthOrRegistration']);
});

test('strict validation names every wrong field at once and no value', () => {
  const wrong = strict({ cardNumber: '1', expiryYear: '20', expiryMonth: '01', birthOrRegistration: '9' }, NOW_MS);
  assert.deepEqual(wrong, ['cardNumber', 'expiryYear', 'expiryMonth', 'birthOrRegistration']);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { maskCardNumber } from './mask-card-number.ts';

test('a mask shows the last four digits and keeps the length', () => {
  assert.equal(maskCardNumber('4330123412341234'), '************1234');
  assert.equal(maskCardNumber('123123'), '**3123');
  assert.equal(maskCardNumber('12345'), '*2345');
});

test('a number of four digits or fewer is hidden whole', () => {
  assert.equal(maskCardNumber('1234'), '****');
  assert.equal(maskCardNumber('1'), '*');
});

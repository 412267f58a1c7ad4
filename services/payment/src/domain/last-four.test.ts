import assert from 'node:assert/strict';
import { test } from 'node:test';
import { lastFour } from './last-four.ts';

test('keeps the last four digits', () => {
  assert.equal(lastFour('123123'), '3123');
  assert.equal(lastFour('4242424242424242'), '4242');
});

test('keeps nothing of a number that has no more than four', () => {
  assert.equal(lastFour('1234'), null);
  assert.equal(lastFour('1'), null);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { lastFourOf } from './last-four.ts';

test('four digits are kept, and none of a number that has no more', () => {
  assert.equal(lastFourOf('4242424242424243'), '4243');
  assert.equal(lastFourOf('123123'), '3123');
  for (const short of ['1', '1234']) assert.equal(lastFourOf(short), undefined);
});

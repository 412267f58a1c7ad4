import assert from 'node:assert/strict';
import { test } from 'node:test';
import { totalOf } from './total.ts';

test('prices add up, each as often as it is there', () => {
  assert.equal(totalOf([]), 0);
  assert.equal(totalOf([{ price: 1_000 }, { price: 2_000 }, { price: 1_000 }]), 4_000);
});

test('a sum that would not be exact is none', () => {
  assert.equal(totalOf([{ price: Number.MAX_SAFE_INTEGER }]), Number.MAX_SAFE_INTEGER);
  assert.equal(totalOf([{ price: Number.MAX_SAFE_INTEGER }, { price: 1 }]), undefined);
});

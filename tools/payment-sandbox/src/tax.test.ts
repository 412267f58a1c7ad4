import assert from 'node:assert/strict';
import { test } from 'node:test';
import { splitTax } from './tax.ts';

test('the vat is an eleventh of the taxed amount, rounded, and the parts add up', () => {
  assert.deepEqual(splitTax(3_000, 0), { suppliedAmount: 2_727, vat: 273, taxFreeAmount: 0 });
  assert.deepEqual(splitTax(1_000, 450), { suppliedAmount: 500, vat: 50, taxFreeAmount: 450 });
  assert.deepEqual(splitTax(0, 0), { suppliedAmount: 0, vat: 0, taxFreeAmount: 0 });
  for (let amount = 100; amount < 400; amount += 1) {
    const split = splitTax(amount, 37);
    assert.equal(split.suppliedAmount + split.vat + split.taxFreeAmount, amount);
  }
});

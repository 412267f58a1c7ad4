import assert from 'node:assert/strict';
import { test } from 'node:test';
import { lineUp } from './line-up.ts';

const cable = { id: 'a1', price: 1_000 };
const pad = { id: 'b2', price: 2_000 };

test('answers one entry per id asked, in that order, repeated ids repeatedly', () => {
  assert.deepEqual(lineUp(['b2', 'a1', 'b2'], [cable, pad]), { ok: true, products: [pad, cable, pad] });
});

test('names each unknown id once and none that is known', () => {
  assert.deepEqual(lineUp(['x', 'a1', 'y', 'x'], [cable]), { ok: false, missing: ['x', 'y'] });
});

test('knows an id in capitals', () => {
  assert.deepEqual(lineUp(['A1'], [cable]), { ok: true, products: [cable] });
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cmdOf, isCmdName, type Pattern } from './pattern.ts';

test('{cmd: name} is the name itself, so that patterns and contracts meet', () => {
  assert.equal(cmdOf({ cmd: 'get_products_info' }), 'get_products_info');
});

test('the order of keys does not matter, at any depth', () => {
  assert.equal(cmdOf({ a: { y: 1, x: 2 }, b: null }), cmdOf({ b: null, a: { x: 2, y: 1 } }));
  assert.equal(cmdOf({ b: [true], a: 'x' }), '{"a":"x","b":{"0":true}}');
});

test('no other pattern can be mistaken for a name', () => {
  const others: Pattern[] = ['sum', 7, { cmd: '주문' }, { cmd: 'true' }, { cmd: '1st' }, { cmd: 'a', v: 1 }, {}];
  const cmds = others.map(cmdOf);
  assert.deepEqual(cmds, [
    '"sum"',
    '7',
    '{"cmd":"주문"}',
    '{"cmd":"true"}',
    '{"cmd":"1st"}',
    '{"cmd":"a","v":1}',
    '{}',
  ]);
  assert.ok(cmds.every((cmd) => !isCmdName(cmd)));
});

test('a pattern JSON cannot hold is refused instead of meeting another', () => {
  assert.throws(() => cmdOf({ at: undefined }), /holds a undefined/);
  assert.throws(() => cmdOf({ at: 1n }), /holds a bigint/);
  assert.throws(() => cmdOf({ at: Number.NaN }), /holds NaN/);
  assert.throws(() => cmdOf(Number.POSITIVE_INFINITY), /holds Infinity/);
});

test('nesting over 5 and more than 20 keys are refused, not cut', () => {
  const nested = (levels: number): Pattern => (levels === 0 ? {} : { a: nested(levels - 1) });
  assert.doesNotThrow(() => cmdOf(nested(5)));
  assert.throws(() => cmdOf(nested(6)), /deeper than 5/);
  const wide = (keys: number) => Object.fromEntries(Array.from({ length: keys }, (_, key) => [`k${key}`, key]));
  assert.doesNotThrow(() => cmdOf(wide(20)));
  assert.throws(() => cmdOf(wide(21)), /21 keys, more than 20/);
});

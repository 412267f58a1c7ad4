import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cmdOf } from '../../core/pattern.ts';
import { cmdOfPacket, patternOfCmd, routeOfPattern } from './pattern.ts';

test('routes are spelled as Nest spells them', () => {
  assert.equal(routeOfPattern('text'), 'text');
  assert.equal(routeOfPattern(5), '5');
  assert.equal(routeOfPattern({ z: 1, cmd: 'x', B: null }), '{"B":null,"cmd":"x","z":1}');
  assert.equal(routeOfPattern({ a: { y: [true, 'q"\\'] } }), '{"a":{"y":{"0":true,"1":"q\\"\\\\"}}}');
  assert.equal(routeOfPattern({ b: 1, A: 2, a: 3, é: 4, _: 5 }), '{"_":5,"a":3,"A":2,"b":1,"é":4}');
  const nested = (levels: number): object => (levels === 0 ? { a: 1 } : { a: nested(levels - 1) });
  assert.match(routeOfPattern(nested(6)), /\[MAX_DEPTH_REACHED\]/);
});

test('a pattern and its JSON text name one command', () => {
  for (const pattern of [{ cmd: 'sum' }, ' {"cmd" : "sum"} ', '{"cmd":"sum"}'])
    assert.equal(cmdOfPacket(pattern), 'sum');
  assert.equal(cmdOfPacket('sum'), '"sum"');
  assert.equal(cmdOfPacket('"sum"'), '"sum"');
  assert.equal(cmdOfPacket('5'), cmdOf(5));
  assert.equal(cmdOfPacket('true'), '"true"');
  assert.equal(cmdOfPacket({ b: 1, a: [1] }), cmdOf({ a: { 0: 1 }, b: 1 }));
});

test('what names no command is told apart', () => {
  const wide = Object.fromEntries(Array.from({ length: 21 }, (_, at) => [`k${at}`, at]));
  for (const pattern of [undefined, null, true, wide, JSON.parse(`${'{"a":'.repeat(3_000)}1${'}'.repeat(3_000)}`)]) {
    assert.equal(cmdOfPacket(pattern), undefined);
  }
});

test('a command gives its pattern back', () => {
  for (const pattern of [{ cmd: 'sum' }, 'text', 5, { a: { b: null }, cmd: 'x' }]) {
    assert.equal(cmdOf(patternOfCmd(cmdOf(pattern))), cmdOf(pattern));
  }
});

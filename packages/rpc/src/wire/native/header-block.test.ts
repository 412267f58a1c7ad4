import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ProtocolError } from '../protocol-error.ts';
import { type CallHeaders, headerBlockBytes, headersProblem, readHeaders, writeHeaders } from './header-block.ts';

const written = (headers: CallHeaders): Buffer => {
  const block = Buffer.alloc(headerBlockBytes(headers));
  assert.equal(writeHeaders(block, 0, headers), block.length);
  return block;
};

test('known headers are a number, a length and UTF-8; others bring their name', () => {
  assert.equal(
    written({ correlationId: 'ab', attempt: '2', custom: { 'x-a': '가' } }).toString('hex'),
    `01${'0002'}6162${'05'}${'0001'}32${'00'}${'03'}782d61${'0003'}eab080`,
  );
});

test('every header comes back, and custom ones in a map without a prototype', () => {
  const headers: CallHeaders = {
    correlationId: '주문-1',
    traceparent: '00-a-b-01',
    tracestate: 'k=v',
    idempotencyKey: '😀',
    attempt: '3',
    custom: { '': 'empty name', __proto__x: 'a', 'x-long': 'v'.repeat(5_000) },
  };
  const block = written(headers);
  const read = readHeaders(block, 0, block.length, 64);
  assert.equal(Object.getPrototypeOf(read.custom), null);
  assert.deepEqual({ ...read, custom: { ...read.custom } }, headers);
});

test('a number this version does not know is skipped', () => {
  const block = Buffer.from('c8000361626301000161', 'hex');
  assert.deepEqual(readHeaders(block, 0, block.length, 64), { correlationId: 'a' });
});

test('a block cut anywhere is refused or ends between two headers', () => {
  const whole = written({ correlationId: 'abc', custom: { name: 'value' } });
  for (let end = 1; end < whole.length; end += 1) {
    const cut = Buffer.from(whole.subarray(0, end));
    if (end === 6) assert.deepEqual(readHeaders(cut, 0, end, 64), { correlationId: 'abc' });
    else assert.throws(() => readHeaders(cut, 0, end, 64), ProtocolError, `at ${end}`);
  }
});

test('more headers than maxHeaders are refused', () => {
  const custom = Object.fromEntries(Array.from({ length: 5 }, (_, index) => [`h${index}`, '']));
  const block = written({ custom });
  assert.doesNotThrow(() => readHeaders(block, 0, block.length, 5));
  assert.throws(() => readHeaders(block, 0, block.length, 4), /more headers than maxHeaders 4/);
});

test('what the block cannot express is found before it is written', () => {
  assert.equal(headersProblem({ custom: { ['가'.repeat(85)]: '' } }, 64), undefined);
  assert.match(headersProblem({ custom: { ['가'.repeat(86)]: '' } }, 64) ?? '', /258 bytes is over 255/);
  assert.match(headersProblem({ attempt: '2', custom: { a: '', b: '' } }, 2) ?? '', /3 headers, over maxHeaders 2/);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Shape } from '../../../core/shape.ts';
import { seeded } from '../../../testing/seeded.ts';
import { ProtocolError } from '../../protocol-error.ts';
import { decodePayload, encodePayload } from '../payload.ts';
import { MISFITS, NO_ROOM, type PositionalCodec, positionalCodec } from './codec.ts';

const compiled = new Map<Shape, PositionalCodec>();

const codecOf = (shape: Shape): PositionalCodec => {
  const codec = compiled.get(shape) ?? positionalCodec(shape);
  assert.ok(codec);
  compiled.set(shape, codec);
  return codec;
};

const bytesOf = (shape: Shape, value: unknown): Buffer => {
  const buffer = Buffer.alloc(1 << 20);
  const end = codecOf(shape).write(value, buffer, 3, buffer.length);
  assert.ok(end > 3, `written, and not ${end}`);
  return buffer.subarray(3, end);
};

const back = (shape: Shape, bytes: Buffer): unknown => {
  // In the middle of a chunk, so that a read past either end would show.
  const chunk = Buffer.concat([Buffer.alloc(2, 0xc1), bytes, Buffer.alloc(2, 0xc1)]);
  return codecOf(shape).read(chunk, 2, 2 + bytes.length);
};

const string: Shape = { kind: 'string' };
const integer: Shape = { kind: 'integer' };
const number: Shape = { kind: 'number' };
const list = (of: Shape): Shape => ({ kind: 'array', of });
const object = (fields: Readonly<Record<string, Shape>>, ...optional: string[]): Shape => ({
  kind: 'object',
  fields: Object.entries(fields).map(([name, shape]) => ({ name, shape, optional: optional.includes(name) })),
});

test('texts of every length and script come back', () => {
  const parts = ['', 'a', 'é', '케이블', '😀', '\u0000', '\ufffd', 'x'.repeat(11), '한'.repeat(13)];
  const random = seeded(3);
  const texts = [
    ...parts,
    ...[12, 23, 24, 40, 41, 85, 86, 128, 129, 255, 256, 2_000, 70_000].map((n) => 'y'.repeat(n)),
  ];
  for (let round = 0; round < 300; round += 1) {
    texts.push(
      Array.from({ length: Math.floor(random() * 20) }, () => parts[Math.floor(random() * parts.length)]).join(''),
    );
  }
  for (const text of texts) assert.equal(back(string, bytesOf(string, text)), text);
  assert.deepEqual(back(list(string), bytesOf(list(string), texts)), texts);
});

test('half a surrogate pair is replaced, as UTF-8 asks', () => {
  assert.equal(back(string, bytesOf(string, 'a\ud800b')), 'a\ufffdb');
});

test('numbers come back to the last bit', () => {
  const whole = [0, 1, 127, 128, 255, 256, 65_535, 65_536, 2 ** 32 - 1, 2 ** 32, Number.MAX_SAFE_INTEGER];
  for (const value of [...whole, ...whole.map((n) => -n - 1).filter(Number.isSafeInteger), -32, -33, -128, -32_768]) {
    assert.equal(back(integer, bytesOf(integer, value)), value);
    assert.equal(back(number, bytesOf(number, value)), value);
  }
  for (const value of [0.1, -0, 1e300, Number.NaN, Number.NEGATIVE_INFINITY, 2 ** 60]) {
    assert.ok(Object.is(back(number, bytesOf(number, value)), value), String(value));
  }
});

test('an absent field is absent, and one that is undefined is absent too', () => {
  const shape = object({ a: string, b: integer, c: { kind: 'nullable', of: string } }, 'b', 'c');
  for (const value of [{ a: 'x' }, { a: 'x', b: 1 }, { a: 'x', c: null }, { a: 'x', b: 1, c: 'y' }]) {
    assert.deepEqual(back(shape, bytesOf(shape, value)), value);
  }
  assert.deepEqual(Object.keys(back(shape, bytesOf(shape, { a: 'x', b: undefined })) as object), ['a']);
});

test('the bytes are MessagePack: an object is the array of its values', () => {
  const shape = list(
    object({ id: string, on: { kind: 'boolean' }, sort: { kind: 'oneOf', values: ['p', 'q'] } }, 'on'),
  );
  const bytes = bytesOf(shape, [
    { id: '가', sort: 'q' },
    { id: 'b', on: true, sort: 'p' },
  ]);
  assert.deepEqual(decodePayload(bytes, 0, bytes.length, 8), [
    [0, '가', 1],
    [1, 'b', true, 0],
  ]);
  assert.equal(bytes.toString('hex'), '929300d903eab080019401d90162c300');
});

test('texts and numbers in any of their MessagePack forms are read', () => {
  const packed = Buffer.from(encodePayload(['short', 'z'.repeat(300), '가'.repeat(30_000)]));
  assert.deepEqual(back(list(string), packed), ['short', 'z'.repeat(300), '가'.repeat(30_000)]);
  for (const hex of [
    '05',
    'cc05',
    'cd0005',
    'ce00000005',
    'cf0000000000000005',
    'd005',
    'd10005',
    'd200000005',
    'd30000000000000005',
  ]) {
    assert.equal(back(integer, Buffer.from(hex, 'hex')), 5);
  }
});

test('a value of another shape is not written', () => {
  const shape = object({ a: string, n: integer }, 'n');
  const misfits = [undefined, null, 1, 'x', [], ['x'], {}, { a: 1 }, { a: 'x', more: 1 }, { a: 'x', n: 1.5 }];
  const buffer = Buffer.alloc(100);
  for (const value of [...misfits, { a: 'x', n: 2 ** 53 }, { a: 'x', n: null }, new Map([['a', 'x']])]) {
    assert.equal(codecOf(shape).write(value, buffer, 0, 100), MISFITS, JSON.stringify(value));
  }
  assert.equal(codecOf({ kind: 'oneOf', values: ['a'] }).write('b', buffer, 0, 100), MISFITS);
});

test('a value is never written past the end it was given', () => {
  const shape = object({ a: string, l: list(integer) });
  const value = { a: '한국어 text', l: [1, 1_000, 1_000_000, 2 ** 40, -5] };
  const whole = bytesOf(shape, value).length;
  for (let room = 0; room < whole + 40; room += 1) {
    const buffer = Buffer.alloc(room + 8, 0xee);
    const end = codecOf(shape).write(value, buffer, 0, room);
    assert.ok(end === NO_ROOM || end === whole, `room ${room}: ${end}`);
    assert.equal(buffer.subarray(room).toString('hex'), 'ee'.repeat(8));
  }
});

test('bytes of another shape, cut short, or with more behind are refused', () => {
  const shape = object({
    a: string,
    l: list(object({ n: number }, 'n')),
    m: { kind: 'nullable', of: { kind: 'boolean' } },
  });
  const bytes = bytesOf(shape, { a: 'x'.repeat(50), l: [{ n: 1.5 }, {}], m: true });
  for (let end = 0; end < bytes.length; end += 1) {
    assert.throws(() => back(shape, bytes.subarray(0, end)), ProtocolError, `cut at ${end}`);
  }
  assert.throws(() => back(shape, Buffer.concat([bytes, Buffer.from([0xc0])])), /1 bytes behind/);
  for (const value of [
    {},
    [],
    ['x'],
    ['x', []],
    ['x', [], true, 1],
    [1, [], true],
    ['x', [[2, 1]], true],
    ['x', [[-1]], true],
  ]) {
    assert.throws(() => back(shape, Buffer.from(encodePayload(value))), ProtocolError, JSON.stringify(value));
  }
  assert.throws(() => back(integer, Buffer.from(encodePayload(1.5))), /whole number expected/);
  assert.throws(() => back(integer, Buffer.from('cfffffffffffffffff', 'hex')), /below 2\^53/);
  assert.throws(() => back({ kind: 'oneOf', values: ['a'] }, Buffer.from([1])), /index of a listed text/);
});

test('nothing is allocated for elements that are only claimed', () => {
  assert.throws(
    () => back(list(integer), Buffer.from('ddffffffff00', 'hex')),
    /declares 4294967295 elements in 1 bytes/,
  );
});

test('random bytes are read or refused, and nothing else', () => {
  const random = seeded(11);
  const shape = list(object({ a: string, b: integer, c: list(string), d: { kind: 'boolean' } }, 'b', 'd'));
  const honest = bytesOf(shape, [
    { a: 'abc', b: 7, c: ['가', 'y'.repeat(40)] },
    { a: '', c: [], d: false },
  ]);
  for (let round = 0; round < 20_000; round += 1) {
    const bytes = Buffer.from(honest.subarray(0, 1 + Math.floor(random() * honest.length)));
    for (let hits = Math.floor(random() * 4); hits > 0; hits -= 1)
      bytes[Math.floor(random() * bytes.length)] = random() * 256;
    try {
      back(shape, bytes);
    } catch (error) {
      assert.ok(error instanceof ProtocolError, String(error));
    }
  }
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { seeded } from '../../testing/seeded.ts';
import { ProtocolError } from '../protocol-error.ts';
import { decodeJson, decodePayload, encodePayload } from './payload.ts';

const decoded = (bytes: Uint8Array, maxDepth = 64) => decodePayload(Buffer.from(bytes), 0, bytes.length, maxDepth);
const roundTrip = (value: unknown) => decoded(encodePayload(value));

test('values come back as they went', () => {
  const values = [
    null,
    true,
    false,
    0,
    1,
    -1,
    127,
    128,
    -32,
    -33,
    255,
    256,
    65_535,
    65_536,
    2 ** 32,
    -(2 ** 31),
    2 ** 53 - 1,
    -(2 ** 53),
    1.5,
    Number.NaN,
    Number.POSITIVE_INFINITY,
    '',
    'a',
    '한국어 주문 😀',
    'x'.repeat(40),
    'y'.repeat(70_000),
    [],
    {},
    [[[]]],
    { a: null, b: [1, { c: 'd' }] },
    5n,
    -5n,
    2n ** 63n,
    2n ** 64n - 1n,
    -(2n ** 63n),
    new Date(0),
    new Date(1_700_000_000_123),
    new Date(-1e12),
    Buffer.from([0, 1, 255]),
    { 이름: '값' },
    Array.from({ length: 20 }, (_, index) => index),
    Object.fromEntries(Array.from({ length: 40 }, (_, index) => [`k${index}`, index])),
  ];
  for (const value of values) assert.deepEqual(roundTrip(value), value);
});

test('what MessagePack has no word for arrives as the nearest, and never as something else', () => {
  assert.equal(roundTrip(undefined), undefined);
  assert.deepEqual(roundTrip({ a: undefined, b: 1 }), { b: 1 });
  assert.deepEqual(roundTrip([undefined, 1]), [null, 1]);
  assert.equal(Object.is(roundTrip(-0), 0), true);
  assert.deepEqual(roundTrip(new Map([['a', 1]])), { a: 1 });
  assert.deepEqual(roundTrip(new Set([1, 2])), [1, 2]);
  assert.deepEqual(roundTrip(new Uint8Array([1, 2])), Buffer.from([1, 2]));
  assert.equal(roundTrip(new URL('http://localhost/a')), 'http://localhost/a');
  assert.deepEqual(roundTrip({ run: () => 1 }), { run: null });
});

test('what cannot be said at all is refused by the encoder, which works on afterwards', () => {
  const circle: { self?: unknown } = {};
  circle.self = circle;
  let deep: unknown = 1;
  for (let level = 0; level < 100_000; level += 1) deep = [deep];
  for (const value of [2n ** 64n, Symbol('x'), { s: Symbol('x') }, circle, deep]) {
    assert.throws(() => encodePayload(value));
    assert.deepEqual(roundTrip({ still: 'fine' }), { still: 'fine' });
  }
});

test('encoded bytes stay what they are while later ones are encoded', () => {
  const kept = Array.from({ length: 3_000 }, (_, index) => {
    const bytes = encodePayload({ index, text: 'x'.repeat(index % 2_000) });
    return { bytes, copy: Buffer.from(bytes) };
  });
  for (const { bytes, copy } of kept) assert.ok(copy.equals(bytes));
});

test('a decoded buffer is a copy: the chunk it came in is not kept alive', () => {
  const bytes = Buffer.from(encodePayload({ blob: Buffer.from('secret') }));
  const value = decodePayload(bytes, 0, bytes.length, 8) as { blob: Buffer };
  bytes.fill(0);
  assert.equal(value.blob.toString(), 'secret');
  assert.notEqual(value.blob.buffer, bytes.buffer);
});

test('a payload cannot reach the prototype of what it becomes', () => {
  for (const text of ['{"__proto__":{"admin":true}}', '{"constructor":{"prototype":{"admin":true}}}']) {
    const json = Buffer.from(text);
    for (const value of [roundTrip(JSON.parse(text)), decodeJson(json, 0, json.length, 8)]) {
      assert.equal(Object.getPrototypeOf(value), Object.prototype);
      assert.equal((value as { admin?: unknown }).admin, undefined);
    }
  }
  assert.equal(({} as { admin?: unknown }).admin, undefined);
});

test('only the range given is read', () => {
  const inner = Buffer.from(encodePayload({ a: 1 }));
  const chunk = Buffer.concat([Buffer.from('ffff', 'hex'), inner, Buffer.from('c1c1', 'hex')]);
  assert.deepEqual(decodePayload(chunk, 2, 2 + inner.length, 8), { a: 1 });
  assert.throws(() => decodePayload(chunk, 2, 3 + inner.length, 8), ProtocolError);
});

test('a map whose keys are no names is refused, not guessed at', () => {
  assert.throws(() => decoded(Buffer.from('818001', 'hex')), ProtocolError);
});

const anyValue = (random: () => number, depth: number): unknown => {
  const pick = Math.floor(random() * (depth > 4 ? 8 : 10));
  const text = () =>
    Array.from({ length: Math.floor(random() * 12) }, () =>
      String.fromCodePoint([0x61, 0xe9, 0xd55c, 0x1f600, 0x0a, 0x22][Math.floor(random() * 6)] ?? 0x61),
    ).join('');
  switch (pick) {
    case 0:
      return null;
    case 1:
      return random() < 0.5;
    case 2:
      return Math.floor((random() - 0.5) * 2 ** Math.floor(random() * 53)) + 0;
    case 3:
      return random() * 1e6;
    case 4:
      return text();
    case 5:
      return BigInt(Math.floor(random() * 2 ** 53)) * 2n ** 10n;
    case 6:
      return Buffer.from(text());
    case 7:
      return new Date(Math.floor(random() * 4e12));
    case 8:
      return Array.from({ length: Math.floor(random() * 6) }, () => anyValue(random, depth + 1));
    default:
      return Object.fromEntries(
        Array.from({ length: Math.floor(random() * 6) }, (_, index) => [
          `${text()}${index}`,
          anyValue(random, depth + 1),
        ]),
      );
  }
};

test('whatever is built of these is the same after the wire', () => {
  for (let seed = 1; seed <= 1_500; seed += 1) {
    const value = anyValue(seeded(seed), 0);
    // Minus zero is the one number that changes.
    assert.deepEqual(roundTrip(value), value, `seed ${seed}`);
  }
});

test('JSON payloads have the same depth limit, and strings may hold what they like', () => {
  const json = (text: string, maxDepth: number) => decodeJson(Buffer.from(text), 0, Buffer.byteLength(text), maxDepth);
  assert.deepEqual(json('{"a":["]}[[[[\\"[[["]}', 2), { a: [']}[[[["[[['] });
  assert.throws(() => json('[[[]]]', 2), /deeper than maxDepth 2/);
  assert.throws(() => json(`${'['.repeat(1_000_000)}`, 64), /deeper than maxDepth 64/);
  for (const broken of ['{', '"', '[1,]', 'undefined', '"\\']) assert.throws(() => json(broken, 8), ProtocolError);
  assert.equal(json('', 8), undefined);
});

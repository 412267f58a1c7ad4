import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Binary, BSONRegExp, Decimal128, Double, Int32, Long, MaxKey, MinKey, ObjectId, Timestamp } from 'bson';
import { compareBson } from '../query/compare.ts';
import { type Direction, encodeKey, encodeValue, prefixSuccessor } from './key-encoding.ts';

/** mulberry32: small, seeded, good enough to pick values. */
function seededRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const NUMBERS = [
  ...[0, -0, 1, -1, 0.1, -0.1, 1.5, 2 ** 31, 2 ** 53, -(2 ** 53), 1e300, -1e300, 5e-324, -5e-324, Number.MAX_VALUE].map(
    (n) => new Double(n),
  ),
  ...[Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY].map((n) => new Double(n)),
  ...[0, 1, -1, 2147483647, -2147483648].map((n) => new Int32(n)),
  ...['0', '1', '9007199254740993', '-9007199254740993', '9223372036854775807', '-9223372036854775808'].map((n) =>
    Long.fromString(n),
  ),
  ...[
    '0',
    '0.1',
    '-0.1',
    '0.10000000000000000555',
    '1.1',
    '9007199254740992.5',
    '1E400',
    '-1E400',
    '1E-400',
    '-1E-400',
    '1E6144',
    '-1E6144',
    'NaN',
    'Infinity',
    '-Infinity',
  ].map((n) => Decimal128.fromString(n)),
];
const STRINGS = ['', 'a', 'ab', 'a\0', 'a\0b', 'b', '\u{1F600}', '\uFF5E', '가', 'Z'];

function randomValue(random: () => number, depth: number): unknown {
  const pick = <T>(items: readonly T[]): T | undefined => items[Math.floor(random() * items.length)];
  const bytes = (n: number): Buffer => Buffer.from(Array.from({ length: n }, () => Math.floor(random() * 3) * 127));
  const kinds: (() => unknown)[] = [
    () => pick(NUMBERS),
    () => new Double((random() - 0.5) * 10 ** Math.floor(random() * 40 - 20)),
    () => Long.fromBigInt(BigInt.asIntN(64, BigInt(Math.floor(random() * 2 ** 52)) * 4099n)),
    () => Decimal128.fromString(`${Math.floor(random() * 1e9) - 5e8}E${Math.floor(random() * 30) - 15}`),
    () => pick(STRINGS),
    () => null,
    () => random() < 0.5,
    () => new Date(Math.floor((random() - 0.5) * 4e12)),
    () => new ObjectId(bytes(12)),
    () => new Binary(bytes(Math.floor(random() * 4)), pick([0, 4, 128])),
    () => new Timestamp({ t: Math.floor(random() * 4e9), i: Math.floor(random() * 3) }),
    () => new BSONRegExp(pick(['a', 'ab', '']) ?? '', pick(['', 'i']) ?? ''),
    () => pick([new MinKey(), new MaxKey(), undefined]),
    () => (depth === 0 ? 1 : Array.from({ length: Math.floor(random() * 4) }, () => randomValue(random, depth - 1))),
    () =>
      depth === 0
        ? 'x'
        : Object.fromEntries(
            Array.from({ length: Math.floor(random() * 3) }, () => [
              pick(['a', 'b', 'ab']),
              randomValue(random, depth - 1),
            ]),
          ),
  ];
  return pick(kinds)?.();
}

describe('key encoding', () => {
  it('orders bytes as MongoDB orders the values', () => {
    const seed = 20_260_101;
    const random = seededRandom(seed);
    const values = [...NUMBERS, ...STRINGS, ...Array.from({ length: 400 }, () => randomValue(random, 2))];
    const entries = values.map((value) => ({ value, up: encodeValue(value), down: encodeValue(value, -1) }));
    for (const a of entries) {
      for (const b of entries) {
        const expected = Math.sign(compareBson(a.value, b.value));
        if (Buffer.compare(a.up, b.up) !== expected || Buffer.compare(b.down, a.down) !== expected) {
          assert.fail(`seed ${seed}: ${show(a.value)} against ${show(b.value)} is ${expected}`);
        }
      }
    }
  });

  it('orders compound keys field by field, each in its own direction', () => {
    const random = seededRandom(7);
    const directions: readonly Direction[] = [1, -1, 1];
    const tuples = Array.from({ length: 100 }, () => directions.map(() => randomValue(random, 1)));
    for (const a of tuples) {
      for (const b of tuples) {
        const orders = a.map((value, i) => Math.sign(compareBson(value, b[i])) * (directions[i] ?? 1));
        const expected = orders.find((order) => order !== 0) ?? 0;
        assert.equal(
          Buffer.compare(encodeKey(a, directions), encodeKey(b, directions)),
          expected,
          `${show(a)} against ${show(b)}`,
        );
      }
    }
  });

  it('gives the same number of any type the same key', () => {
    const ones = [new Int32(1), new Double(1), Long.fromNumber(1), Decimal128.fromString('1.00'), 1];
    const keys = new Set(ones.map((one) => Buffer.from(encodeValue(one)).toString('hex')));
    assert.equal(keys.size, 1);
  });

  it('finds the end of everything that starts with a prefix', () => {
    assert.deepEqual(prefixSuccessor(Uint8Array.of(1, 2)), Buffer.from([1, 3]));
    assert.deepEqual(prefixSuccessor(Uint8Array.of(1, 255)), Buffer.from([2]));
    assert.equal(prefixSuccessor(Uint8Array.of(255, 255)), undefined);
  });
});

describe('comparison of BSON values', () => {
  it('orders numbers of different types exactly', () => {
    const ascending = [
      new Double(Number.NaN),
      Decimal128.fromString('-1E400'),
      new Double(-1e300),
      Long.fromString('-9007199254740993'),
      new Double(-9007199254740992),
      new Int32(0),
      Decimal128.fromString('1E-400'),
      Decimal128.fromString('0.1'),
      new Double(0.1),
      new Double(9007199254740992),
      Decimal128.fromString('9007199254740992.5'),
      Long.fromString('9007199254740993'),
      Long.MAX_VALUE,
      new Double(2 ** 63),
      new Double(Number.POSITIVE_INFINITY),
    ];
    for (const [i, value] of ascending.entries()) {
      for (const [j, other] of ascending.entries()) {
        assert.equal(Math.sign(compareBson(value, other)), Math.sign(i - j), `${show(value)} against ${show(other)}`);
      }
    }
  });
});

function show(value: unknown): string {
  return Array.isArray(value) ? `[${value.map(show).join(', ')}]` : `${value?.constructor.name} ${String(value)}`;
}

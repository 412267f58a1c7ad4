import assert from 'node:assert/strict';
import { test } from 'node:test';
import { z } from 'zod';
import { seeded } from '../testing/seeded.ts';
import { acceptOf } from './accept.ts';
import type { AnySchema } from './schema.ts';

const compiled: readonly z.ZodType[] = [
  z.string(),
  z.string().min(2).max(4),
  z.string().regex(/^[a-c]+$/i),
  z.uuid(),
  z.email(),
  z.iso.datetime({ offset: true }),
  z.number(),
  z.number().gt(0).lte(3),
  z.int().min(0).max(10),
  z.boolean(),
  z.null(),
  z.enum(['a', 'b']),
  z.literal('a'),
  z.literal(['a', 'x']),
  z.string().nullable(),
  z.array(z.int()).min(1).max(3),
  z.object({ a: z.string(), b: z.int().optional() }),
  z.strictObject({ a: z.string(), b: z.int().optional() }),
  z.array(z.object({ id: z.uuid(), tags: z.array(z.enum(['a', 'b'])), note: z.string().max(3).nullable().optional() })),
];

const LEAVES: readonly unknown[] = [
  ...[undefined, null, true, false, 0, -0, 1, 2.5, 3, 11, -1, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53, 1n],
  ...['', 'a', 'ab', 'abc', 'abcd', 'abcde', 'x', '가', 'A'],
  ...[
    '8cc28226-076e-4472-8b08-4e5c2b51ebc5',
    '8CC28226-076E-4472-8B08-4E5C2B51EBC5',
    '8cc28226-076e-9472-8b08-4e5c2b51ebc5',
  ],
  ...[
    '8cc28226-076e-4472-cb08-4e5c2b51ebc5',
    '8cc28226_076e-4472-8b08-4e5c2b51ebc5',
    '8cc28226-076e-4472-8b08-4e5c2b51ebcg',
  ],
  ...[
    '00000000-0000-0000-0000-000000000000',
    '8cc28226-076e-4472-8b08-4e5c2b51ebc\u0135',
    '8cc28226-076e-4472-8b08-4e5c2b51eb-5',
  ],
  ...['a@b.co', '2026-11-23T08:00:25Z', '2026-11-23T08:00:25+09:00', new Date(0), new Map(), Symbol.iterator],
];

const KEYS = ['a', 'b', 'id', 'tags', 'note', 'constructor'] as const;

const anyValue = (random: () => number, depth = 0): unknown => {
  const kind = depth > 2 ? 0 : Math.floor(random() * 4);
  const leaf = (): unknown => LEAVES[Math.floor(random() * LEAVES.length)];
  if (kind < 2) return leaf();
  const size = Math.floor(random() * 4);
  if (kind === 2) return Array.from({ length: size }, () => anyValue(random, depth + 1));
  return Object.fromEntries(KEYS.slice(0, size + 1).map((key) => [key, anyValue(random, depth + 1)]));
};

test('whatever a compiled test accepts, zod passes unchanged', () => {
  const random = seeded(7);
  for (const schema of compiled) {
    const accept = acceptOf(schema);
    assert.ok(accept, 'is compiled');
    for (const value of [...LEAVES, ...Array.from({ length: 3_000 }, () => anyValue(random))]) {
      if (!accept(value)) continue;
      const result = schema.safeParse(value);
      assert.ok(result.success, `accepted ${String(value)}`);
      assert.deepEqual(result.data, value);
    }
  }
});

test('ordinary values are accepted, or compiling would be for nothing', () => {
  const id = '8cc28226-076e-4472-8b08-4e5c2b51ebc5';
  const ordinary: readonly (readonly [AnySchema, unknown])[] = [
    [z.uuid(), id],
    [z.email(), 'user@example.com'],
    [z.int().min(0), 5],
    [z.enum(['a', 'b']).nullable(), null],
    [z.literal('k'), 'k'],
    [z.strictObject({ a: z.string(), b: z.int().optional() }), { a: 'x' }],
    [z.strictObject({ a: z.string(), b: z.int().optional() }), { a: 'x', b: undefined }],
    [z.array(z.object({ id: z.uuid(), price: z.int() })), [{ id, price: 1 }]],
  ];
  for (const [schema, value] of ordinary) assert.equal(acceptOf(schema)?.(value), true);
});

test('a field more than the schema names is left to zod, which drops or refuses it', () => {
  assert.equal(acceptOf(z.object({ a: z.string() }))?.({ a: 'x', more: 1 }), false);
  assert.equal(acceptOf(z.strictObject({ a: z.string() }))?.({ a: 'x', more: 1 }), false);
  assert.equal(
    acceptOf(z.object({ a: z.string() }))?.(Object.create({ more: 1 }, { a: { value: 'x', enumerable: true } })),
    false,
  );
});

test('a schema that changes values or runs code of its own is not compiled, however deep that is', () => {
  for (const inner of [
    z.string().trim(),
    z.string().default('x'),
    z.string().refine(() => true),
    z.string().transform(Number),
    z.coerce.number(),
    z.url(),
    z.string().catch('x'),
    z.string().readonly(),
    z.unknown(),
    z.looseObject({}),
    z.union([z.object({ a: z.string() }), z.object({ a: z.string(), b: z.string() })]),
    z.lazy(() => z.string()),
    z.string().regex(/a/g),
    z.object({ a: z.string() }).refine(() => true),
  ]) {
    assert.equal(acceptOf(inner), undefined);
    assert.equal(acceptOf(z.object({ list: z.array(inner) })), undefined);
  }
});

test('another validator is asked each time', () => {
  const schema: AnySchema = { '~standard': { version: 1, vendor: 'other', validate: (value: unknown) => ({ value }) } };
  assert.equal(acceptOf(schema), undefined);
});

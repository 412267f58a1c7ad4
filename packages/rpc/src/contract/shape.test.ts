import assert from 'node:assert/strict';
import { test } from 'node:test';
import { z } from 'zod';
import { unary } from './command.ts';
import { commandShapes } from './command-shapes.ts';
import { contract } from './contract.ts';
import type { AnySchema } from './schema.ts';
import { shapeOf } from './shape.ts';

const shapes = (input: AnySchema, output: AnySchema = input) =>
  commandShapes(contract('c', { version: '1.0.0' }, { a: unary({ input, output }) }), 'a');

test('fields stand in the order of their names, whatever order they were declared in', () => {
  const { input } = shapes(z.strictObject({ b: z.string(), a: z.int(), ab: z.boolean().optional() }));
  assert.deepEqual(input, {
    kind: 'object',
    fields: [
      { name: 'a', optional: false, shape: { kind: 'integer' } },
      { name: 'ab', optional: true, shape: { kind: 'boolean' } },
      { name: 'b', optional: false, shape: { kind: 'string' } },
    ],
  });
});

test('what may be null, listed texts and lists have shapes', () => {
  const { output } = shapes(
    z.array(z.object({ s: z.string().nullable(), e: z.enum(['y', 'x']).nullable(), l: z.literal('k') })),
  );
  assert.deepEqual(output, {
    kind: 'array',
    of: {
      kind: 'object',
      fields: [
        { name: 'e', optional: false, shape: { kind: 'nullable', of: { kind: 'oneOf', values: ['x', 'y'] } } },
        { name: 'l', optional: false, shape: { kind: 'oneOf', values: ['k'] } },
        { name: 's', optional: false, shape: { kind: 'nullable', of: { kind: 'string' } } },
      ],
    },
  });
});

test('a schema that leaves the form of values open anywhere in it has no shape', () => {
  for (const open of [
    z.unknown(),
    z.record(z.string(), z.int()),
    z.looseObject({ a: z.int() }),
    z.union([z.string(), z.int()]),
    z.tuple([z.string()]),
    z.date(),
  ]) {
    assert.equal(shapes(z.strictObject({ a: z.int(), open })).input, undefined);
  }
  assert.equal(shapeOf({ type: 'object', properties: { a: { $ref: '#' } }, additionalProperties: false }), undefined);
  assert.equal(shapeOf({ type: 'string', allOf: [{ pattern: 'a' }, { pattern: 'b' }] }), undefined);
});

test('a field named like the prototype gives no shape', () => {
  const properties = JSON.parse('{"__proto__": {"type": "string"}}') as object;
  assert.equal(shapeOf({ type: 'object', properties, additionalProperties: false }), undefined);
});

test('more optional fields than there are bits give no shape', () => {
  const optional = (count: number) =>
    z.strictObject(Object.fromEntries(Array.from({ length: count }, (_, n) => [`f${n}`, z.int().optional()])));
  assert.equal(shapes(optional(31)).input?.kind, 'object');
  assert.equal(shapes(optional(32)).input, undefined);
});

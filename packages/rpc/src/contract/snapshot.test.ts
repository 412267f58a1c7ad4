import assert from 'node:assert/strict';
import { test } from 'node:test';
import { z } from 'zod';
import { fingerprintFor, fingerprintOf } from './fingerprint.ts';
import { contract, event, reason, unary } from './index.ts';
import type { Schema } from './schema.ts';
import { snapshotOf } from './snapshot.ts';

const priceOf = (summary: string, timeoutMs = 1_000) =>
  unary({
    summary,
    input: z.strictObject({ id: z.uuid().describe('whatever'), limit: z.int().default(5) }),
    output: z.object({ price: z.int(), at: z.date() }),
    effect: 'read',
    timeoutMs,
    errors: { gone: reason('not_found', z.object({ id: z.string() })), odd: z.object({}) },
  });

test('a snapshot holds what the other side can notice, and no text for people', () => {
  const snapshot = snapshotOf(contract('shop', { version: '1.2.0' }, { price: priceOf('a summary') }));
  const { price } = snapshot.commands;
  assert.ok(price);
  assert.deepEqual([price.kind, price.effect, price.timeoutMs], ['unary', 'read', 1_000]);
  assert.deepEqual(price.input.required, ['id']);
  assert.deepEqual(price.output?.required, ['at', 'price']);
  assert.deepEqual(
    Object.entries(price.errors).map(([name, { code }]) => [name, code]),
    [
      ['gone', 'not_found'],
      ['odd', 'failed_precondition'],
    ],
  );
  assert.doesNotMatch(JSON.stringify(snapshot), /summary|whatever|\$schema/);
});

test('the same contract written in another order gives the same text and fingerprint', () => {
  const fields = { b: z.string(), a: z.enum(['y', 'x']) };
  const reversed = { a: z.enum(['x', 'y']), b: z.string() };
  const one = snapshotOf(
    contract('c', { version: '1.0.0' }, { first: event({ input: z.object(fields) }), second: priceOf('') }),
  );
  const other = snapshotOf(
    contract('c', { version: '1.0.0' }, { second: priceOf(''), first: event({ input: z.object(reversed) }) }),
  );
  assert.equal(JSON.stringify(one), JSON.stringify(other));
  assert.equal(fingerprintOf(one), fingerprintOf(other));
});

test('a field named like an annotation is a field', () => {
  const snapshot = snapshotOf(
    contract(
      'c',
      { version: '1.0.0' },
      { do: event({ input: z.object({ description: z.string(), title: z.int() }) }) },
    ),
  );
  assert.deepEqual(snapshot.commands.do?.input.required, ['description', 'title']);
  assert.deepEqual(Object.keys(snapshot.commands.do?.input.properties ?? {}), ['description', 'title']);
});

test('a fingerprint follows the schemas and ignores version, summary and timeout', () => {
  const of = (version: string, summary: string, timeoutMs: number) =>
    fingerprintOf(snapshotOf(contract('c', { version }, { price: priceOf(summary, timeoutMs) })));
  assert.match(of('1.0.0', 'x', 1), /^[0-9a-f]{16}$/);
  assert.equal(of('1.0.0', 'x', 1), of('2.0.0', 'y', 2));
  const changed = contract('c', { version: '1.0.0' }, { price: unary({ ...priceOf('x', 1), output: z.object({}) }) });
  assert.notEqual(fingerprintOf(snapshotOf(changed)), of('1.0.0', 'x', 1));
});

const mute: Schema<string> = {
  '~standard': { version: 1, vendor: 'mute', validate: (value) => ({ value: String(value) }) },
};

test('a schema that cannot describe itself is named, can be described from outside, and has no fingerprint', () => {
  const shop = contract('c', { version: '1.0.0' }, { do: event({ input: mute }) });
  assert.throws(() => snapshotOf(shop), /input of do has no JSON Schema: mute gives none/);
  assert.deepEqual(snapshotOf(shop, () => ({ type: 'string' })).commands.do?.input, { type: 'string' });
  assert.equal(fingerprintFor(shop), undefined);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { z } from 'zod';
import { type Command, contract, event, reason, unary } from '../contract/index.ts';
import { snapshotOf } from '../contract/snapshot.ts';
import { checkCompatibility } from './contracts.ts';
import { schemaChanges } from './schemas.ts';

const changesOf = (before: Command, after: Command): string[] =>
  checkCompatibility(
    snapshotOf(contract('c', { version: '1.0.0' }, { do: before })),
    snapshotOf(contract('c', { version: '2.0.0' }, { do: after })),
  ).map(({ level, path, message }) => `${level} ${path}: ${message}`);

const input = (schema: z.ZodType): Command => unary({ input: schema, output: z.null() });
const output = (schema: z.ZodType): Command => unary({ input: z.null(), output: schema });

interface Tree {
  readonly children: readonly Tree[];
  readonly name?: string | undefined;
}
const tree = (name: z.ZodType<string | undefined>): z.ZodType<Tree> => {
  const node: z.ZodType<Tree> = z.object({
    get children() {
      return z.array(node);
    },
    name,
  }) as z.ZodType<Tree>;
  return node;
};

/** Two versions of one schema, and what the change is called on either side of a call. */
const TABLE: readonly {
  readonly what: string;
  readonly before: z.ZodType;
  readonly after: z.ZodType;
  readonly asInput: readonly string[];
  readonly asOutput: readonly string[];
}[] = [
  {
    what: 'nothing',
    before: z.object({ a: z.string(), b: z.array(z.int()) }),
    after: z.object({ b: z.array(z.int()), a: z.string() }),
    asInput: [],
    asOutput: [],
  },
  {
    what: 'an optional field added',
    before: z.object({}),
    after: z.object({ a: z.string().optional() }),
    asInput: ['safe input/a: optional field added'],
    asOutput: ['safe output/a: field added'],
  },
  {
    what: 'a required field added',
    before: z.object({}),
    after: z.object({ a: z.string() }),
    asInput: ['breaking input/a: required field added'],
    asOutput: ['safe output/a: field added'],
  },
  {
    what: 'a field with a default added',
    before: z.object({}),
    after: z.object({ a: z.int().default(3) }),
    asInput: ['safe input/a: optional field added'],
    asOutput: ['safe output/a: field added'],
  },
  {
    what: 'a required field removed',
    before: z.object({ a: z.string() }),
    after: z.object({}),
    asInput: ['risky input/a: field removed and ignored when sent'],
    asOutput: ['breaking output/a: field removed'],
  },
  {
    what: 'an optional field removed',
    before: z.object({ a: z.string().optional() }),
    after: z.object({}),
    asInput: ['risky input/a: field removed and ignored when sent'],
    asOutput: ['risky output/a: field removed'],
  },
  {
    what: 'a field of a strict object removed',
    before: z.strictObject({ a: z.string() }),
    after: z.strictObject({}),
    asInput: ['breaking input/a: field removed and refused when sent'],
    asOutput: ['breaking output/a: field removed'],
  },
  {
    what: 'an object made strict',
    before: z.object({}),
    after: z.strictObject({}),
    asInput: ['risky input: fields of other names changed: taken → refused'],
    asOutput: [],
  },
  {
    what: 'a field made optional',
    before: z.object({ a: z.string() }),
    after: z.object({ a: z.string().optional() }),
    asInput: ['safe input/a: field is optional now'],
    asOutput: ['breaking output/a: field may be missing now'],
  },
  {
    what: 'a field made required',
    before: z.object({ a: z.string().optional() }),
    after: z.object({ a: z.string() }),
    asInput: ['breaking input/a: field is required now'],
    asOutput: ['safe output/a: field is always there now'],
  },
  {
    what: 'null allowed',
    before: z.string(),
    after: z.string().nullable(),
    asInput: ['safe input: alternative null added'],
    asOutput: ['breaking output: alternative null added'],
  },
  {
    what: 'null no longer allowed',
    before: z.string().nullable(),
    after: z.string(),
    asInput: ['breaking input: alternative null removed'],
    asOutput: ['safe output: alternative null removed'],
  },
  {
    what: 'another type',
    before: z.array(z.object({ a: z.string() })),
    after: z.array(z.object({ a: z.boolean() })),
    asInput: ['breaking input[]/a: type changed: string → boolean'],
    asOutput: ['breaking output[]/a: type changed: string → boolean'],
  },
  {
    what: 'an integer made any number',
    before: z.int(),
    after: z.number(),
    asInput: ['safe input: type changed: integer → number'],
    asOutput: ['breaking output: type changed: integer → number'],
  },
  {
    what: 'a value added to an enum',
    before: z.enum(['a', 'b']),
    after: z.enum(['b', 'c', 'a']),
    asInput: ['safe input: value c added'],
    asOutput: ['breaking output: value c added'],
  },
  {
    what: 'a value removed from an enum',
    before: z.enum(['a', 'b']),
    after: z.enum(['a']),
    asInput: ['breaking input: value b removed'],
    asOutput: ['safe output: value b removed'],
  },
  {
    what: 'a bound tightened',
    before: z.string().max(100),
    after: z.string().max(50),
    asInput: ['breaking input: maxLength changed: 100 → 50'],
    asOutput: ['safe output: maxLength changed: 100 → 50'],
  },
  {
    what: 'a bound loosened',
    before: z.array(z.string()).min(2),
    after: z.array(z.string()),
    asInput: ['safe input: minItems changed: 2 → none'],
    asOutput: ['risky output: minItems changed: 2 → none'],
  },
  {
    what: 'a format demanded',
    before: z.string(),
    after: z.uuid(),
    asInput: ['breaking input: format changed: none → uuid'],
    asOutput: ['safe output: format changed: none → uuid'],
  },
  {
    what: 'another pattern',
    before: z.string().regex(/^a+$/),
    after: z.string().regex(/^b+$/),
    asInput: ['risky input: pattern changed: ^a+$ → ^b+$'],
    asOutput: ['risky output: pattern changed: ^a+$ → ^b+$'],
  },
  {
    what: 'a member added to a tagged union',
    before: z.union([z.object({ kind: z.literal('a'), x: z.int() })]),
    after: z.union([z.object({ kind: z.literal('a'), x: z.int() }), z.object({ kind: z.literal('b') })]),
    asInput: ['safe input: alternative object(kind=b) added'],
    asOutput: ['breaking output: alternative object(kind=b) added'],
  },
  {
    what: 'a field of one member of a tagged union changed',
    before: z.union([z.object({ kind: z.literal('a'), x: z.int() }), z.object({ kind: z.literal('b') })]),
    after: z.union([z.object({ kind: z.literal('b') }), z.object({ kind: z.literal('a'), x: z.string() })]),
    asInput: ['breaking input/x: type changed: integer → string'],
    asOutput: ['breaking output/x: type changed: integer → string'],
  },
  {
    what: 'the values of a record',
    before: z.record(z.string(), z.int()),
    after: z.record(z.string(), z.string()),
    asInput: ['breaking input/*: type changed: integer → string'],
    asOutput: ['breaking output/*: type changed: integer → string'],
  },
  {
    what: 'a part of a recursive schema',
    before: tree(z.string()),
    after: tree(z.string().optional()),
    asInput: ['safe input/name: field is optional now'],
    asOutput: ['breaking output/name: field may be missing now'],
  },
  {
    what: 'anything made something',
    before: z.unknown(),
    after: z.string(),
    asInput: ['breaking input: type changed: anything → string'],
    asOutput: ['safe output: type changed: anything → string'],
  },
];

for (const { what, before, after, asInput, asOutput } of TABLE) {
  test(`${what}: judged as an input and as an output`, () => {
    assert.deepEqual(changesOf(input(before), input(after)), asInput);
    assert.deepEqual(changesOf(output(before), output(after)), asOutput);
  });
}

test('what cannot be compared is risky when it changed', () => {
  const schema = (type: string) => ({ allOf: [{ type }, { minLength: 1 }] });
  assert.deepEqual(schemaChanges(schema('string'), schema('string'), 'input'), []);
  assert.deepEqual(schemaChanges(schema('string'), schema('number'), 'input'), [
    { level: 'risky', path: 'input', message: 'changed in a way that cannot be judged' },
  ]);
});

test('a removed command breaks, an added one does not, and the worst comes first', () => {
  const [one, other] = [input(z.string()), input(z.string())];
  const changes = checkCompatibility(
    snapshotOf(contract('c', { version: '1.0.0' }, { stays: one, goes: other })),
    snapshotOf(contract('c', { version: '1.0.0' }, { comes: other, stays: one })),
  );
  assert.deepEqual(changes, [
    { level: 'breaking', cmd: 'goes', path: '', message: 'command removed' },
    { level: 'safe', cmd: 'comes', path: '', message: 'command added' },
  ]);
});

test('another kind breaks and nothing more is said', () => {
  assert.deepEqual(changesOf(unary({ input: z.null(), output: z.null() }), event({ input: z.string() })), [
    'breaking : kind changed: unary → event',
  ]);
});

test('an effect may become milder and not worse', () => {
  const command = (effect: 'read' | 'unsafe') => unary({ input: z.null(), output: z.null(), effect });
  assert.deepEqual(changesOf(command('read'), command('unsafe')), ['breaking : effect changed: read → unsafe']);
  assert.deepEqual(changesOf(command('unsafe'), command('read')), ['safe : effect changed: unsafe → read']);
});

test('reasons: adding one is risky, its details are an output, and its code is branched on', () => {
  const command = (errors: NonNullable<Command['errors']>) => unary({ input: z.null(), output: z.null(), errors });
  assert.deepEqual(changesOf(command({}), command({ gone: z.object({}) })), ['risky errors/gone: reason added']);
  assert.deepEqual(changesOf(command({ gone: z.object({}) }), command({})), ['safe errors/gone: reason removed']);
  assert.deepEqual(
    changesOf(
      command({ gone: reason('not_found', z.object({ id: z.string() })) }),
      command({ gone: reason('aborted', z.object({})) }),
    ),
    ['breaking errors/gone/id: field removed', 'risky errors/gone: code changed: not_found → aborted'],
  );
});

test('a timeout may change', () => {
  const command = (timeoutMs: number) => unary({ input: z.null(), output: z.null(), timeoutMs });
  assert.deepEqual(changesOf(command(1_000), command(2_000)), ['safe : timeoutMs changed: 1000 → 2000']);
});

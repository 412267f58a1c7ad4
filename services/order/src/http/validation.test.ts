import assert from 'node:assert/strict';
import { test } from 'node:test';
import { z } from 'zod';
import { ValidationFailure, validatorCompiler } from './validation.ts';

const check = (schema: z.ZodType, value: unknown) => {
  const result = validatorCompiler({ schema, method: 'POST', url: '/', httpPart: 'body' })(value);
  const error = typeof result === 'object' && 'error' in result ? result.error : undefined;
  return error instanceof ValidationFailure ? error.fields : [];
};

test('pointers are RFC 6901 pointers', () => {
  const schema = z.strictObject({ 'a/b': z.strictObject({ '~c': z.array(z.string()) }) });
  assert.deepEqual(
    check(schema, { 'a/b': { '~c': ['x', 1] } }).map(({ pointer }) => pointer),
    ['/a~1b/~0c/1'],
  );
});

test('absent and of the wrong type are told apart', () => {
  const schema = z.strictObject({ a: z.string(), b: z.string(), c: z.int() });
  assert.deepEqual(
    check(schema, { b: 1, c: 1.5 }).map(({ message }) => message.en),
    ['is missing', 'must be of type string', 'must be of type integer'],
  );
});

test('a name that could hold a value is not repeated', () => {
  const schema = z.strictObject({});
  for (const key of ['4242424242424242', 'a'.repeat(41), 'name with 1', '<script>']) {
    assert.deepEqual(
      check(schema, { [key]: 1 }).map(({ pointer }) => pointer),
      [''],
      key,
    );
  }
  assert.deepEqual(
    check(schema, { $where: 1 }).map(({ pointer }) => pointer),
    ['/$where'],
  );
});

test('there are at most fifty complaints', () => {
  const schema = z.array(z.string());
  assert.equal(check(schema, Array(1_000).fill(1)).length, 50);
});

test('what is valid comes out as it went in', () => {
  const result = validatorCompiler({ schema: z.strictObject({ a: z.string() }), method: 'POST', url: '/' })({ a: '1' });
  assert.deepEqual(result, { value: { a: '1' } });
});

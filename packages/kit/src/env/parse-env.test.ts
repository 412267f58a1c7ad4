import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { z } from 'zod';
import { commonEnv, flag, hosts, postgresUrl, tcpPort } from './fields.ts';
import { ConfigError, parseEnv } from './parse-env.ts';
import { withServiceRules } from './service-rules.ts';

const refusal = (schema: z.ZodType, env: Record<string, string>): ConfigError => {
  try {
    parseEnv(schema, env);
  } catch (thrown) {
    if (thrown instanceof ConfigError) return thrown;
    throw thrown;
  }
  throw new assert.AssertionError({ message: 'the environment was accepted' });
};

test('fills in the defaults and reads numbers, flags and lists', () => {
  const schema = z.object({ ...commonEnv, TCP_PORT: tcpPort(4010), DEMO_DATA: flag(false), USER_HOST: hosts });
  const env = parseEnv(schema, { TCP_PORT: '0', USER_HOST: 'a, b:4011', DEMO_DATA: 'true', UNRELATED: 'x' });
  assert.deepEqual(env, {
    LOG_LEVEL: 'info',
    NODE_ENV: 'development',
    RPC_TIMEOUT_MS: 10_000,
    RPC_RETRIES: 2,
    RPC_BREAKER_ERROR_PERCENT: 50,
    RPC_BREAKER_VOLUME: 20,
    RPC_BREAKER_RESET_MS: 5_000,
    TCP_PORT: 0,
    DEMO_DATA: true,
    USER_HOST: ['a', 'b:4011'],
  });
  assert.ok(Object.isFrozen(env));
});

test('names every bad key at once and prints no value', () => {
  const schema = withServiceRules(
    z.object({ ...commonEnv, TCP_PORT: tcpPort(1), DB_URL: postgresUrl, USER_HOST: hosts, KEY: z.string().optional() }),
    ['KEY'],
  );
  const error = refusal(schema, {
    NODE_ENV: 'production',
    LOG_LEVEL: 'hush-hush',
    TCP_PORT: '70000',
    DB_URL: 'http://user:hush-hush@db/x',
    KEY: 'hush-hush',
    RPC_RETRIES: '1e3',
  });
  assert.deepEqual(error.issues.map(({ key }) => key).sort(), [
    'DB_URL',
    'KEY',
    'LOG_LEVEL',
    'RPC_AUTH_TOKEN',
    'RPC_RETRIES',
    'TCP_PORT',
    'USER_HOST',
  ]);
  for (const { key } of error.issues) assert.match(error.message, new RegExp(`^ {2}${key}: `, 'm'));
  assert.match(error.message, /USER_HOST: is missing/);
  assert.doesNotMatch(error.message, /hush/);
  assert.doesNotMatch(error.message, /70000/);
});

test('takes an empty variable for an absent one', () => {
  const error = refusal(z.object({ DB_URL: postgresUrl }), { DB_URL: '' });
  assert.deepEqual(error.issues, [{ key: 'DB_URL', message: 'is missing' }]);
});

test('reads NAME from NAME_FILE when NAME is absent', (t) => {
  const directory = mkdtempSync(join(tmpdir(), 'shop-env-'));
  t.after(() => rmSync(directory, { recursive: true }));
  const file = join(directory, 'secret');
  writeFileSync(file, 'from-file\n');
  const schema = z.object({ KEY: z.string() });
  assert.equal(parseEnv(schema, { KEY_FILE: file }).KEY, 'from-file');
  assert.equal(parseEnv(schema, { KEY_FILE: file, KEY: 'given' }).KEY, 'given');
  const error = refusal(schema, { KEY_FILE: join(directory, 'absent') });
  assert.deepEqual(error.issues, [{ key: 'KEY_FILE', message: 'the file cannot be read (ENOENT)' }]);
});

test('refuses hosts that would break out of a target', () => {
  for (const bad of ['a,,b', 'a/b', 'tcp://a', 'a b', ''])
    assert.throws(() => parseEnv(z.object({ USER_HOST: hosts }), { USER_HOST: bad }), ConfigError, bad);
});

test('also reads a schema that goes on with a transform', () => {
  const schema = z.object({ A: z.string() }).transform(({ A }) => ({ a: A }));
  assert.deepEqual(parseEnv(schema, { A: 'x' }), { a: 'x' });
});

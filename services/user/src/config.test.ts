import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ConfigError } from '@shop/kit';
import { loadConfig } from './config.ts';

const DB_URL = 'postgres://shop@db/user';
const secret = (letter: string): string => letter.repeat(32);

const refusedKeys = (env: Record<string, string>): string[] => {
  try {
    loadConfig(env);
  } catch (thrown) {
    if (thrown instanceof ConfigError) return thrown.issues.map(({ key }) => key).sort();
    throw thrown;
  }
  return [];
};

test('derives two different keys from JWT_SECRET in development', () => {
  const config = loadConfig({ DB_URL, JWT_SECRET: 'dev' });
  assert.equal(config.port, 4010);
  assert.equal(config.host, '0.0.0.0');
  assert.equal(config.accessTokenKey.length, 32);
  assert.notDeepEqual(config.accessTokenKey, config.refreshTokenKey);
  assert.deepEqual(loadConfig({ DB_URL, JWT_SECRET: 'dev' }).accessTokenKey, config.accessTokenKey);
});

test('prefers a secret of its own over the derived one', () => {
  const config = loadConfig({ DB_URL, JWT_SECRET: 'dev', ACCESS_TOKEN_SECRET: secret('a') });
  assert.deepEqual(config.accessTokenKey, Buffer.from(secret('a')));
});

test('refuses to start without any secret, in development too', () => {
  assert.deepEqual(refusedKeys({ DB_URL }), ['ACCESS_TOKEN_SECRET', 'REFRESH_TOKEN_SECRET']);
});

test('derives nothing in production, and names everything that is wrong there at once', () => {
  const production = { NODE_ENV: 'production', JWT_SECRET: secret('j') };
  assert.deepEqual(refusedKeys({ ...production, TCP_PORT: 'x', DEMO_DATA: 'true', DEMO_PASSWORD: 'long enough' }), [
    'ACCESS_TOKEN_SECRET',
    'DB_URL',
    'DEMO_DATA',
    'REFRESH_TOKEN_SECRET',
    'RPC_AUTH_TOKEN',
    'TCP_PORT',
  ]);
});

test('refuses in production secrets that are short, examples or equal', () => {
  const start = (access: string, refresh: string) =>
    refusedKeys({
      DB_URL,
      NODE_ENV: 'production',
      ACCESS_TOKEN_SECRET: access,
      REFRESH_TOKEN_SECRET: refresh,
      RPC_AUTH_TOKEN: secret('t'),
    });
  assert.deepEqual(start(secret('a'), secret('b')), []);
  assert.deepEqual(start('short', secret('b')), ['ACCESS_TOKEN_SECRET']);
  assert.deepEqual(start(secret('a'), `change-me-${secret('b')}`), ['REFRESH_TOKEN_SECRET']);
  assert.deepEqual(start(secret('a'), secret('a')), ['ACCESS_TOKEN_SECRET', 'REFRESH_TOKEN_SECRET']);
});

test('asks for a password when demo data is wanted', () => {
  assert.deepEqual(refusedKeys({ DB_URL, JWT_SECRET: 'dev', DEMO_DATA: 'true' }), ['DEMO_PASSWORD']);
  const env = { DB_URL, JWT_SECRET: 'dev', DEMO_PASSWORD: 'long enough' };
  assert.deepEqual(loadConfig({ ...env, DEMO_DATA: 'true' }).demo, { password: 'long enough' });
  assert.equal(loadConfig(env).demo, undefined);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ConfigError } from '@shop/kit';
import { loadConfig } from './config.ts';

const ENV = {
  DB_URL: 'postgres://payment:secret@127.0.0.1:5432/payment',
  ORDER_HOST: '127.0.0.1',
  TOSS_BASE_URL: 'http://127.0.0.1:4099',
  TOSS_SECRET_KEY: 'test_sk_sandbox_000000000000',
};
const LIVE_KEY = 'live_sk_0123456789abcdefghijklmnop';

const issuesOf = (env: Record<string, string>): Record<string, string> => {
  try {
    loadConfig(env);
  } catch (err) {
    assert.ok(err instanceof ConfigError);
    return Object.fromEntries(err.issues.map(({ key, message }) => [key, message]));
  }
  return {};
};

test('has the port of the embedded run by default, and takes another', () => {
  assert.equal(loadConfig(ENV).port, 4030);
  assert.equal(loadConfig({ ...ENV, TCP_PORT: '0' }).port, 0);
});

test('checks where orders are before it is needed', () => {
  assert.deepEqual(Object.keys(issuesOf({ ...ENV, ORDER_HOST: 'a b', ORDER_TCP_PORT: '70000' })), [
    'ORDER_HOST.0',
    'ORDER_TCP_PORT',
  ]);
});

test('names every missing key at once', () => {
  assert.deepEqual(Object.keys(issuesOf({})).sort(), ['DB_URL', 'ORDER_HOST', 'TOSS_BASE_URL', 'TOSS_SECRET_KEY']);
});

test('looks at cards basically against the sandbox and strictly against the real provider, unless said', () => {
  const real = { ...ENV, TOSS_BASE_URL: 'https://api.tosspayments.com' };
  assert.equal(loadConfig(ENV).cardValidation, 'basic');
  assert.equal(loadConfig(real).cardValidation, 'strict');
  assert.equal(loadConfig({ ...real, CARD_VALIDATION: 'basic' }).cardValidation, 'basic');
  assert.equal(loadConfig({ ...ENV, CARD_VALIDATION: 'strict' }).cardValidation, 'strict');
  assert.deepEqual(Object.keys(issuesOf({ ...ENV, CARD_VALIDATION: 'none' })), ['CARD_VALIDATION']);
});

test('refuses to send cards in the clear', () => {
  const issues = issuesOf({ ...ENV, TOSS_BASE_URL: 'http://api.tosspayments.com' });
  assert.deepEqual(issues, { TOSS_BASE_URL: 'must be https unless its host is loopback' });
  assert.deepEqual(Object.keys(issuesOf({ ...ENV, TOSS_BASE_URL: 'not a url' })), ['TOSS_BASE_URL']);
});

test('refuses a live key outside production and a test key inside it', () => {
  assert.match(issuesOf({ ...ENV, TOSS_SECRET_KEY: LIVE_KEY }).TOSS_SECRET_KEY ?? '', /outside production/);
  const inProduction = {
    ...ENV,
    NODE_ENV: 'production',
    TOSS_BASE_URL: 'https://api.tosspayments.com',
    RPC_AUTH_TOKEN: 't'.repeat(32),
  };
  const testKey = 'test_sk_0123456789abcdefghijklmnop';
  assert.match(issuesOf({ ...inProduction, TOSS_SECRET_KEY: testKey }).TOSS_SECRET_KEY ?? '', /test key/);
  assert.equal(loadConfig({ ...inProduction, TOSS_SECRET_KEY: LIVE_KEY }).provider.secretKey, LIVE_KEY);
});

test('issues accounts of a bank and for as long as said, and measures time as said, but never shorter in production', () => {
  const { provider, timeScale, order } = loadConfig(ENV);
  assert.deepEqual([provider.bank, provider.depositHours, timeScale], ['20', 168, 1]);
  assert.equal(order.target, 'tcp://127.0.0.1:4004');
  assert.equal(loadConfig({ ...ENV, RECOVERY_TIME_SCALE: '0.02' }).timeScale, 0.02);
  const wrong = { TOSS_VIRTUAL_ACCOUNT_BANK: 'x', TOSS_VIRTUAL_ACCOUNT_HOURS: '2161', RECOVERY_TIME_SCALE: '0' };
  assert.deepEqual(Object.keys(issuesOf({ ...ENV, ...wrong })).sort(), Object.keys(wrong).sort());
  const hasty = { ...ENV, NODE_ENV: 'production', RECOVERY_TIME_SCALE: '0.5' };
  assert.match(issuesOf(hasty).RECOVERY_TIME_SCALE ?? '', /production/);
});

test('says what is wrong without the value', () => {
  const env = { ...ENV, TOSS_SECRET_KEY: LIVE_KEY, DB_URL: 'mysql://root:hunter2@db/payment' };
  assert.throws(
    () => loadConfig(env),
    (err: Error) =>
      !err.message.includes(LIVE_KEY) && !err.message.includes('hunter2') && err.message.includes('DB_URL'),
  );
});

test('asks callers for the token, and in production does not go without', () => {
  assert.deepEqual(loadConfig(ENV).rpc, {});
  assert.equal(loadConfig({ ...ENV, RPC_AUTH_TOKEN: 'a token' }).rpc.authToken, 'a token');
  assert.match(issuesOf({ ...ENV, NODE_ENV: 'production' }).RPC_AUTH_TOKEN ?? '', /^is missing/);
});

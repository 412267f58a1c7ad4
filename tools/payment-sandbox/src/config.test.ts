import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DEFAULT_SECRET_KEY, readConfig } from './config.ts';

test('every setting has a default, and an empty variable is unset', () => {
  assert.deepEqual(readConfig({ SANDBOX_PORT: '' }), {
    SANDBOX_PORT: 4099,
    SANDBOX_HOST: '127.0.0.1',
    SANDBOX_DB: '.data/payment-sandbox.sqlite',
    SANDBOX_SECRET_KEY: DEFAULT_SECRET_KEY,
    LOG_LEVEL: 'info',
  });
  assert.equal(readConfig({ SANDBOX_PORT: '0' }).SANDBOX_PORT, 0);
});

test('all bad settings are named at once, without their values', () => {
  assert.throws(
    () =>
      readConfig({
        SANDBOX_PORT: '70000',
        SANDBOX_SECRET_KEY: 'hunter2',
        SANDBOX_WEBHOOK_URL: 'ftp://a',
        LOG_LEVEL: 'loud',
      }),
    (err: Error) => {
      for (const name of ['SANDBOX_PORT', 'SANDBOX_SECRET_KEY', 'SANDBOX_WEBHOOK_URL', 'LOG_LEVEL'])
        assert.match(err.message, RegExp(name));
      assert.doesNotMatch(err.message, /70000|hunter2|loud/);
      return true;
    },
  );
});

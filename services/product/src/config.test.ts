import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ConfigError } from '@shop/kit';
import { loadConfig } from './config.ts';

const DB_URL = 'postgres://shop@db/product';

test('listens on 4020 and seeds nothing unless told so', () => {
  assert.deepEqual(loadConfig({ DB_URL }), {
    host: '0.0.0.0',
    port: 4020,
    dbUrl: DB_URL,
    logLevel: 'info',
    rpc: {},
    rpcTlsFiles: undefined,
    cacheMs: 1_000,
    demo: false,
  });
  assert.equal(loadConfig({ DB_URL, DEMO_DATA: 'true' }).demo, true);
});

test('names everything that is wrong at once', () => {
  assert.throws(
    () => loadConfig({ NODE_ENV: 'production', DEMO_DATA: 'true', TCP_PORT: '-1' }),
    (thrown) => {
      assert.ok(thrown instanceof ConfigError);
      assert.deepEqual(thrown.issues.map(({ key }) => key).sort(), [
        'DB_URL',
        'DEMO_DATA',
        'RPC_AUTH_TOKEN',
        'TCP_PORT',
      ]);
      return true;
    },
  );
});

import assert from 'node:assert/strict';
import { availableParallelism } from 'node:os';
import { test } from 'node:test';
import { TEST_CERTIFICATES } from '@shop/kit/testing';
import { loadConfig } from './config.ts';

const env = { MONGO_URI: 'mongodb://db/orders', USER_HOST: 'user', PRODUCT_HOST: 'product', PAYMENT_HOST: 'payment' };

test('the ports have their defaults', () => {
  const config = loadConfig(env);
  assert.deepEqual([config.host, config.httpPort, config.tcpPort], ['0.0.0.0', 3004, 4004]);
  assert.equal(config.peers.user.target, 'dns:///user:4010');
  assert.equal(config.peers.product.target, 'dns:///product:4020');
  assert.equal(config.peers.payment.target, 'dns:///payment:4030');
});

test('a peer may be many', () => {
  const config = loadConfig({ ...env, PRODUCT_HOST: 'a, b:5000', PRODUCT_TCP_PORT: '4021' });
  assert.equal(config.peers.product.target, 'dns:///a:4021,dns:///b:5000');
});

test('every bad key is named at once and no value is printed', () => {
  assert.throws(
    () => loadConfig({ MONGO_URI: 'http://secret', TCP_PORT: 'secret', USER_HOST: 'a b secret' }),
    ({ message }: Error) => {
      for (const key of ['MONGO_URI', 'TCP_PORT', 'USER_HOST', 'PRODUCT_HOST', 'PAYMENT_HOST']) {
        assert.match(message, new RegExp(key));
      }
      assert.doesNotMatch(message, /secret/);
      return true;
    },
  );
});

test('one token and one pair of certificates are asked of callers and shown to every peer', () => {
  const open = loadConfig(env);
  assert.deepEqual(open.rpc, {});
  const { ca, server } = TEST_CERTIFICATES;
  const { rpc, peers } = loadConfig({
    ...env,
    RPC_AUTH_TOKEN: 'a token',
    RPC_TLS_CERT_FILE: server.cert,
    RPC_TLS_KEY_FILE: server.key,
    RPC_TLS_CA_FILE: ca,
  });
  assert.equal(rpc.authToken, 'a token');
  assert.equal(rpc.tls?.requestCert, true);
  for (const { authToken, tls } of [peers.user, peers.product, peers.payment]) {
    assert.equal(authToken, 'a token');
    assert.equal(tls?.().cert, rpc.tls?.cert);
  }
});

test('in production commands that anybody may call are refused', () => {
  assert.throws(() => loadConfig({ ...env, NODE_ENV: 'production' }), /RPC_AUTH_TOKEN: is missing/);
});

test('limits have their defaults, can be moved one by one and switched off together', () => {
  const { limits } = loadConfig(env);
  assert.deepEqual(
    [limits.addressPerMinute, limits.loginPerMinute, limits.refreshPerMinute, limits.orderPerMinute],
    [600, 5, 10, 30],
  );
  assert.equal(loadConfig({ ...env, RATE_LIMIT_ORDER_PER_MIN: '7' }).limits.orderPerMinute, 7);
  const off = loadConfig({ ...env, RATE_LIMIT_ENABLED: 'false' }).limits;
  assert.ok(Object.values(off).every((limit) => limit === 0));
});

test('the time scale and the proxies are checked', () => {
  const config = loadConfig({ ...env, RECOVERY_TIME_SCALE: '0.05', TRUST_PROXY: '10.0.0.0/8, ::1' });
  assert.deepEqual([config.recoveryTimeScale, config.trustedProxies], [0.05, ['10.0.0.0/8', '::1']]);
  assert.throws(
    () => loadConfig({ ...env, RECOVERY_TIME_SCALE: '0', TRUST_PROXY: 'everyone' }),
    ({ message }: Error) => {
      for (const key of ['RECOVERY_TIME_SCALE', 'TRUST_PROXY']) assert.match(message, new RegExp(key));
      return true;
    },
  );
});

test('the secret of idempotency keys follows the rules of secrets in production, and may be left out', () => {
  const token = 't'.repeat(32);
  const production = { ...env, NODE_ENV: 'production', RPC_AUTH_TOKEN: token };
  assert.equal(loadConfig(production).idempotencySecret, undefined);
  assert.equal(loadConfig({ ...production, IDEMPOTENCY_SECRET: 's'.repeat(32) }).idempotencySecret, 's'.repeat(32));
  for (const [secret, complaint] of [
    ['s'.repeat(31), /IDEMPOTENCY_SECRET: is 31 bytes long, at least 32 are needed/],
    ['example-idempotency-secret-change-me-0123', /IDEMPOTENCY_SECRET: is an example value/],
    [token, /IDEMPOTENCY_SECRET: is equal to RPC_AUTH_TOKEN/],
  ] as const)
    assert.throws(() => loadConfig({ ...production, IDEMPOTENCY_SECRET: secret }), complaint);
});

test('there is one worker unless more are asked for, and auto is one for each core', () => {
  assert.equal(loadConfig(env).workers, 1);
  assert.equal(loadConfig({ ...env, WORKERS: '3' }).workers, 3);
  assert.equal(loadConfig({ ...env, WORKERS: 'auto' }).workers, availableParallelism());
  for (const bad of ['0', '-1', '1.5', '129', 'all']) {
    assert.throws(() => loadConfig({ ...env, WORKERS: bad }), /WORKERS: must be auto or a whole number from 1 to 128/);
  }
});

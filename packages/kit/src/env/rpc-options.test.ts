import assert from 'node:assert/strict';
import { copyFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { z } from 'zod';
import { TEST_CERTIFICATES } from '../testing/certificates.ts';
import { commonEnv } from './fields.ts';
import { parseEnv } from './parse-env.ts';
import { rpcClientOptions, rpcServerOptions } from './rpc-options.ts';

test('turns hosts and RPC_* into the options of a client, a name into all its addresses', () => {
  const env = parseEnv(z.object(commonEnv), { RPC_RETRIES: '0', RPC_TIMEOUT_MS: '700', RPC_AUTH_TOKEN: 't' });
  assert.deepEqual(
    rpcClientOptions(env, { host: ['a', 'b:4011', '10.0.0.1', 'localhost', '[::1]', '[::1]:4012'], port: 4010 }),
    {
      target: [
        'dns:///a:4010',
        'dns:///b:4011',
        'tcp://10.0.0.1:4010',
        'tcp://localhost:4010',
        'tcp://[::1]:4010',
        'tcp://[::1]:4012',
      ].join(','),
      timeoutMs: 700,
      retry: { maxAttempts: 1 },
      breaker: { errorThresholdPercentage: 50, volumeThreshold: 20, resetMs: 5_000, maxResetMs: 5_000 },
      authToken: 't',
    },
  );
});

test('leaves the token out when none is set', () => {
  assert.ok(!('authToken' in rpcClientOptions(parseEnv(z.object(commonEnv), {}), { host: ['a'], port: 1 })));
});

const { ca, server, renewed } = TEST_CERTIFICATES;
const textOf = (path: string): string => readFileSync(path, 'utf8');

test('an open server asks for nothing', () => {
  assert.deepEqual(rpcServerOptions(parseEnv(z.object(commonEnv), {})), {});
});

test('a server asks for the token and, when it has an authority, for certificates of it', () => {
  const pair = { RPC_TLS_CERT_FILE: server.cert, RPC_TLS_KEY_FILE: server.key };
  const env = (more: Record<string, string>) => parseEnv(z.object(commonEnv), { ...pair, ...more });
  const shown = { cert: textOf(server.cert), key: textOf(server.key), minVersion: 'TLSv1.3' };
  assert.deepEqual(rpcServerOptions(env({ RPC_AUTH_TOKEN: 't', RPC_TLS_CA_FILE: ca })), {
    authToken: 't',
    tls: { ...shown, ca: textOf(ca), requestCert: true, rejectUnauthorized: true },
  });
  assert.deepEqual(rpcServerOptions(env({})).tls, { ...shown, requestCert: false, rejectUnauthorized: true });
});

test('a client reads renewed files for its next connection, and keeps the last pair while they are none', (t) => {
  const directory = mkdtempSync(join(tmpdir(), 'shop-tls-'));
  t.after(() => rmSync(directory, { recursive: true }));
  const [cert, key] = [join(directory, 'tls.crt'), join(directory, 'tls.key')];
  copyFileSync(server.cert, cert);
  copyFileSync(server.key, key);
  const env = parseEnv(z.object(commonEnv), {
    RPC_TLS_CERT_FILE: cert,
    RPC_TLS_KEY_FILE: key,
    RPC_TLS_CA_FILE: ca,
    RPC_TLS_SERVER_NAME: 'server.test',
  });
  const { tls } = rpcClientOptions(env, { host: ['a'], port: 1 });
  const first = { cert: textOf(server.cert), key: textOf(server.key), ca: textOf(ca) };
  assert.deepEqual(tls?.(), { ...first, minVersion: 'TLSv1.3', servername: 'server.test' });
  copyFileSync(renewed.cert, cert);
  assert.equal(tls?.().cert, first.cert);
  copyFileSync(renewed.key, key);
  assert.equal(tls?.().cert, textOf(renewed.cert));
});

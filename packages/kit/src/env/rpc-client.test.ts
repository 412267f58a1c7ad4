import assert from 'node:assert/strict';
import { test } from 'node:test';
import { z } from 'zod';
import { commonEnv } from './fields.ts';
import { parseEnv } from './parse-env.ts';
import { rpcClientOptions } from './rpc-client.ts';

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
      breaker: { errorThresholdPercentage: 50, volumeThreshold: 20, resetMs: 5_000 },
      authToken: 't',
    },
  );
});

test('leaves the token out when none is set', () => {
  assert.ok(!('authToken' in rpcClientOptions(parseEnv(z.object(commonEnv), {}), { host: ['a'], port: 1 })));
});

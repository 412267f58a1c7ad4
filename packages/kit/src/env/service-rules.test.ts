import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { z } from 'zod';
import { TEST_CERTIFICATES } from '../testing/certificates.ts';
import { commonEnv } from './fields.ts';
import { ConfigError, parseEnv } from './parse-env.ts';
import { withServiceRules } from './service-rules.ts';

const schema = withServiceRules(
  z.object({
    ...commonEnv,
    KEY: z.string().optional(),
    SPARE: z.string().optional(),
    DB_URL: z.string().optional(),
    MONGO_URI: z.string().optional(),
  }),
  ['KEY'],
  ['SPARE'],
);
const { ca, server, client } = TEST_CERTIFICATES;
const PAIR = { RPC_TLS_CERT_FILE: server.cert, RPC_TLS_KEY_FILE: server.key };
const PRODUCTION = { NODE_ENV: 'production', KEY: 'k'.repeat(32) };

const issuesOf = (env: Record<string, string>): Record<string, string> => {
  try {
    parseEnv(schema, env);
  } catch (thrown) {
    if (thrown instanceof ConfigError)
      return Object.fromEntries(thrown.issues.map(({ key, message }) => [key, message]));
    throw thrown;
  }
  return {};
};

test('commands that anybody may call are refused in production, naming every key that would close them', () => {
  const { RPC_AUTH_TOKEN: message = '' } = issuesOf(PRODUCTION);
  for (const key of ['RPC_TLS_CERT_FILE', 'RPC_TLS_KEY_FILE', 'RPC_TLS_CA_FILE']) assert.ok(message.includes(key));
  // TLS by itself hides the commands and lets everybody call them.
  assert.deepEqual(Object.keys(issuesOf({ ...PRODUCTION, ...PAIR })), ['RPC_AUTH_TOKEN']);
  assert.deepEqual(issuesOf({}), {});
});

test('a token or mutual TLS is enough in production', () => {
  assert.deepEqual(issuesOf({ ...PRODUCTION, RPC_AUTH_TOKEN: 't'.repeat(32) }), {});
  assert.deepEqual(issuesOf({ ...PRODUCTION, ...PAIR, RPC_TLS_CA_FILE: ca }), {});
});

test('a token follows the rules of secrets in production', () => {
  const issueOf = (token: string) => issuesOf({ ...PRODUCTION, RPC_AUTH_TOKEN: token }).RPC_AUTH_TOKEN;
  assert.equal(issueOf('short'), 'is 5 bytes long, at least 32 are needed');
  assert.equal(issueOf(`change-me-${'t'.repeat(32)}`), 'is an example value');
  assert.equal(issueOf(PRODUCTION.KEY), 'is equal to KEY');
  assert.deepEqual(issuesOf({ RPC_AUTH_TOKEN: 'short' }), {});
});

test('a secret that may be left out follows them when it is there', () => {
  const CLOSED = { ...PRODUCTION, RPC_AUTH_TOKEN: 't'.repeat(32) };
  assert.deepEqual(issuesOf(CLOSED), {});
  assert.deepEqual(issuesOf({ ...CLOSED, SPARE: `example-${'s'.repeat(32)}` }), { SPARE: 'is an example value' });
  assert.equal(issuesOf({ ...CLOSED, SPARE: CLOSED.RPC_AUTH_TOKEN }).SPARE, 'is equal to RPC_AUTH_TOKEN');
  assert.deepEqual(issuesOf({ SPARE: 'example' }), {});
});

test('an example password of a database is refused in production, a host of that name is not', () => {
  const CLOSED = { ...PRODUCTION, RPC_AUTH_TOKEN: 't'.repeat(32) };
  assert.deepEqual(
    issuesOf({
      ...CLOSED,
      DB_URL: 'postgres://user:example-user-db-change-me@postgres:5432/user',
      MONGO_URI: 'mongodb://order:example-mongo-change-me@a:27017,b:27017/order?authSource=admin',
    }),
    { DB_URL: 'holds an example password', MONGO_URI: 'holds an example password' },
  );
  assert.deepEqual(issuesOf({ ...CLOSED, DB_URL: 'postgres://example:x9@db.example.com/example' }), {});
  assert.deepEqual(issuesOf({ MONGO_URI: 'mongodb://order:example-mongo-change-me@mongo/order' }), {});
});

test('half of a TLS configuration is refused, and what is missing is named', () => {
  assert.deepEqual(issuesOf({ RPC_TLS_CA_FILE: ca }), {
    RPC_TLS_CERT_FILE: 'is missing, and RPC_TLS_CA_FILE is set',
    RPC_TLS_KEY_FILE: 'is missing, and RPC_TLS_CA_FILE is set',
  });
  assert.deepEqual(Object.keys(issuesOf({ RPC_TLS_SERVER_NAME: 'shop' })), ['RPC_TLS_CERT_FILE', 'RPC_TLS_KEY_FILE']);
});

test('files that cannot serve are refused by the variable that names them, without their content', (t) => {
  const directory = mkdtempSync(join(tmpdir(), 'shop-tls-'));
  t.after(() => rmSync(directory, { recursive: true }));
  const other = join(directory, 'other');
  writeFileSync(other, 'hush');
  assert.deepEqual(issuesOf({ ...PAIR, RPC_TLS_KEY_FILE: join(directory, 'absent') }), {
    RPC_TLS_KEY_FILE: 'the file cannot be read (ENOENT)',
  });
  assert.deepEqual(issuesOf({ ...PAIR, RPC_TLS_CERT_FILE: other }), {
    RPC_TLS_CERT_FILE: 'the file does not hold a PEM certificate',
  });
  assert.deepEqual(issuesOf({ ...PAIR, RPC_TLS_CA_FILE: other }), {
    RPC_TLS_CA_FILE: 'the file does not hold a PEM certificate',
  });
  assert.deepEqual(issuesOf({ ...PAIR, RPC_TLS_KEY_FILE: client.key }), {
    RPC_TLS_KEY_FILE: 'is not the key of RPC_TLS_CERT_FILE',
  });
});

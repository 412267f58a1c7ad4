import assert from 'node:assert/strict';
import { copyFile, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { z } from 'zod';
import {
  commonEnv,
  createLogger,
  followRpcTls,
  parseEnv,
  type RpcServerTls,
  rpcServerOptions,
  rpcTlsFiles,
} from '../src/index.ts';
// Not from the index: what is behind it installs an exit on SIGHUP of its own.
import { TEST_CERTIFICATES } from '../src/testing/certificates.ts';

const { server, renewed } = TEST_CERTIFICATES;

async function follow(t: TestContext, everyMs: number) {
  const directory = await mkdtemp(join(tmpdir(), 'shop-tls-'));
  const [cert, key] = [join(directory, 'tls.crt'), join(directory, 'tls.key')];
  await copyFile(server.cert, cert);
  await copyFile(server.key, key);
  const env = parseEnv(z.object(commonEnv), { RPC_TLS_CERT_FILE: cert, RPC_TLS_KEY_FILE: key });
  const shown: RpcServerTls[] = [];
  const lines: string[] = [];
  const logger = createLogger({ name: 'test', destination: { write: (line) => void lines.push(line) } });
  const stop = followRpcTls({
    files: rpcTlsFiles(env),
    current: rpcServerOptions(env).tls,
    renew: (tls) => void shown.push(tls),
    logger,
    everyMs,
  });
  t.after(async () => {
    stop();
    await rm(directory, { recursive: true });
  });
  return { cert, key, shown, lines, stop };
}

const until = async (condition: () => boolean): Promise<void> => {
  while (!condition()) await new Promise((resolve) => setImmediate(resolve));
};

test('a server is given renewed certificates once, and nothing while the files are no pair', async (t) => {
  const { cert, key, shown, lines } = await follow(t, 5);
  await copyFile(renewed.cert, cert);
  await until(() => lines.some((line) => line.includes('rpc certificates not renewed')));
  assert.equal(shown.length, 0);
  await copyFile(renewed.key, key);
  await until(() => shown.length > 0);
  assert.equal(shown[0]?.cert, await readFile(renewed.cert, 'utf8'));
  await copyFile(server.cert, cert);
  await copyFile(server.key, key);
  await until(() => shown.length > 1);
  assert.equal(shown.length, 2);
  const log = lines.join('');
  assert.match(log, /"validUntil":"\d{4}-/);
  assert.ok(!log.includes('PRIVATE KEY'));
});

test('SIGHUP is a reason to look at once, until the following stops', async (t) => {
  const { cert, key, shown, stop } = await follow(t, 60_000);
  const before = process.listenerCount('SIGHUP');
  await copyFile(renewed.cert, cert);
  await copyFile(renewed.key, key);
  process.kill(process.pid, 'SIGHUP');
  await until(() => shown.length > 0);
  stop();
  assert.equal(process.listenerCount('SIGHUP'), before - 1);
});

test('without files nothing is followed', () => {
  const before = process.listenerCount('SIGHUP');
  const renew = () => assert.fail('there is nothing to renew');
  followRpcTls({ files: undefined, current: undefined, renew, logger: createLogger({ name: 'test' }) })();
  assert.equal(process.listenerCount('SIGHUP'), before);
});

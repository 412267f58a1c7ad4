import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFile, mkdtemp, readFile, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { productContract } from '@shop/contracts';
import { commonEnv, parseEnv, rpcClientOptions } from '@shop/kit';
import { startTestPostgres, TEST_CERTIFICATES, type TestPostgres } from '@shop/kit/testing';
import { type ClientOptions, createClient } from 'cmdrpc';
import { z } from 'zod';

const MAIN = fileURLToPath(new URL('../src/main.ts', import.meta.url));
const HEALTH_CHECK = fileURLToPath(new URL('../../../deploy/health.mjs', import.meta.url));
const CABLE = '8cc28226-076e-4472-8b08-4e5c2b51ebc5';
const TOKEN = 'a token that only services know, of some length';
const { ca, server, renewed, client: orderPair, stranger } = TEST_CERTIFICATES;

let database: TestPostgres;
let directory: string;
const children = new Set<ChildProcess>();
before(async () => {
  database = await startTestPostgres();
  directory = await mkdtemp(join(tmpdir(), 'shop-access-'));
});
after(async () => {
  for (const child of children) child.kill('SIGKILL');
  await rm(directory, { recursive: true });
  await database.close();
});

const run = (env: Record<string, string>) => {
  const child = spawn(process.execPath, [MAIN], {
    env: { HOST: '127.0.0.1', TCP_PORT: '0', DB_URL: database.url, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  children.add(child);
  const log = { text: '' };
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    log.text += text;
  });
  const exited = once(child, 'exit').then(([code]): unknown => {
    children.delete(child);
    return code;
  });
  return { child, log, exited };
};

async function startService(env: Record<string, string>) {
  const { child, log, exited } = run({ DEMO_DATA: 'true', LOG_LEVEL: 'debug', ...env });
  const line = await Promise.race([
    once(createInterface(child.stdout), 'line').then(([text]) => String(text)),
    exited.then((code) => assert.fail(`exited with ${code}: ${log.text}`)),
  ]);
  const { port } = JSON.parse(line) as { readonly port: number };
  return {
    port,
    child,
    /** Resolves when the log says so. */
    logged: async (text: string): Promise<void> => {
      while (!log.text.includes(text)) await once(child.stderr, 'data');
    },
    /** Ends it and gives its log, which has one line for each call that was read. */
    stop: async (): Promise<string> => {
      child.kill('SIGTERM');
      assert.equal(await exited, 0);
      return log.text;
    },
  };
}

/** A client as another service makes it, from its environment. */
const clientOf = (port: number, env: Record<string, string> = {}, more: Partial<ClientOptions> = {}) =>
  createClient(productContract, {
    ...rpcClientOptions(parseEnv(z.object(commonEnv), { RPC_RETRIES: '0', ...env }), { host: ['127.0.0.1'], port }),
    name: 'test',
    ...more,
  });

type Client = ReturnType<typeof clientOf>;

const callThrough = async (client: Client) => {
  const result = await client.get_products_info.safe({ productIds: [CABLE] }, { timeoutMs: 5_000 });
  return result.ok ? 'ok' : `${result.error.code} ${result.error.delivery}`;
};

const callOnce = async (port: number, env?: Record<string, string>): Promise<string> => {
  const client = clientOf(port, env);
  try {
    return await callThrough(client);
  } finally {
    await client.$.close();
  }
};

/** Everything a NestJS client would hear that knows the command and no token. */
async function nestAnswer(port: number): Promise<string> {
  const packet = JSON.stringify({ pattern: { cmd: 'get_products_info' }, data: { productIds: [CABLE] }, id: 'x' });
  const socket = connect({ host: '127.0.0.1', port });
  socket.end(`${packet.length}#${packet}`);
  let heard = '';
  for await (const chunk of socket) heard += String(chunk);
  return heard;
}

test('a service with a token serves whoever shows it, and reads no command of anybody else', async () => {
  const service = await startService({ RPC_AUTH_TOKEN: TOKEN });
  assert.equal(await callOnce(service.port), 'unauthenticated unsent');
  assert.equal(await callOnce(service.port, { RPC_AUTH_TOKEN: `${TOKEN}.` }), 'unauthenticated unsent');
  const answer = await nestAnswer(service.port);
  assert.ok(!answer.includes('USB'), answer);
  await service.logged('rpc greeting rejected');
  assert.equal(await callOnce(service.port, { RPC_AUTH_TOKEN: TOKEN }), 'ok');
  const log = await service.stop();
  assert.equal(log.match(/"get_products_info"/g)?.length, 1, log);
  assert.ok(!log.includes(TOKEN));
});

const mutual = (pair: { readonly cert: string; readonly key: string }) => ({
  RPC_TLS_CERT_FILE: pair.cert,
  RPC_TLS_KEY_FILE: pair.key,
  RPC_TLS_CA_FILE: ca,
});

test('under mutual TLS a service serves whoever has a certificate of its authority, and nobody else', async () => {
  const service = await startService(mutual(server));
  assert.match(await callOnce(service.port), /^unavailable/);
  assert.match(await callOnce(service.port, mutual(stranger)), /^unavailable/);
  await service.logged('rpc tls handshake failed');
  const anonymous = clientOf(service.port, {}, { tls: { ca: await readFile(ca) } });
  assert.match(await callThrough(anonymous), /^unavailable/);
  await anonymous.$.close();
  assert.equal(await callOnce(service.port, mutual(orderPair)), 'ok');
  const log = await service.stop();
  assert.equal(log.match(/"get_products_info"/g)?.length, 1, log);
});

test('a client refuses a service that is not who its name says', async () => {
  const service = await startService(mutual(server));
  const env = mutual(orderPair);
  assert.equal(await callOnce(service.port, { ...env, RPC_TLS_SERVER_NAME: 'server.test' }), 'ok');
  assert.equal(await callOnce(service.port, { ...env, RPC_TLS_SERVER_NAME: 'payment' }), 'unavailable unsent');
  await service.stop();
});

test('renewed certificates are shown to the next connection and end none that is open', async () => {
  const [cert, key] = [join(directory, 'tls.crt'), join(directory, 'tls.key')];
  await copyFile(server.cert, cert);
  await copyFile(server.key, key);
  const service = await startService(mutual({ cert, key }));
  const names: string[] = [];
  const { tls } = rpcClientOptions(parseEnv(z.object(commonEnv), mutual(orderPair)), { host: ['127.0.0.1'], port: 1 });
  assert.ok(tls !== undefined);
  const watching = {
    tls: () => ({
      ...tls(),
      checkServerIdentity: (_host: string, { subject }: { readonly subject: { readonly CN?: unknown } }) => {
        names.push(String(subject.CN));
        return undefined;
      },
    }),
  };
  const open = clientOf(service.port, {}, watching);
  assert.equal(await callThrough(open), 'ok');
  await copyFile(renewed.cert, cert);
  await copyFile(renewed.key, key);
  service.child.kill('SIGHUP');
  await service.logged('rpc certificates renewed');
  const next = clientOf(service.port, {}, watching);
  assert.equal(await callThrough(next), 'ok');
  assert.equal(await callThrough(open), 'ok');
  assert.deepEqual(names, ['server.test', 'renewed.test']);
  await open.$.close();
  await next.$.close();
  await service.stop();
});

test('the health check of the images speaks TLS where the service does, and notices when nobody is there', async () => {
  const tls = { RPC_TLS_CERT_FILE: server.cert, RPC_TLS_KEY_FILE: server.key, RPC_TLS_CA_FILE: ca };
  const check = async (env: Record<string, string>): Promise<unknown> => {
    const [code] = await once(spawn(process.execPath, [HEALTH_CHECK], { env, stdio: 'ignore' }), 'exit');
    return code;
  };
  const secured = await startService(tls);
  assert.equal(await check({ TCP_PORT: String(secured.port), ...tls }), 0);
  const log = await secured.stop();
  assert.doesNotMatch(log, /handshake/i);
  assert.equal(await check({ TCP_PORT: String(secured.port), ...tls }), 1);
});

test('in production a service that anybody may call does not start, and names the keys that would close it', async () => {
  const open = run({ NODE_ENV: 'production' });
  assert.equal(await open.exited, 1);
  for (const key of ['RPC_AUTH_TOKEN', 'RPC_TLS_CERT_FILE', 'RPC_TLS_KEY_FILE', 'RPC_TLS_CA_FILE'])
    assert.ok(open.log.text.includes(key), open.log.text);
  const closed = await startService({ NODE_ENV: 'production', DEMO_DATA: 'false', ...mutual(server) });
  await closed.stop();
});

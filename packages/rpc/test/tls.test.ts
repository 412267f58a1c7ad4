import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import type { PeerCertificate } from 'node:tls';
import { createClient, createServer, RpcError, type ServerTls } from 'cmdrpc';
import { contract } from 'cmdrpc/contract';

const pem = (name: string) => readFile(new URL(`./fixtures/tls/${name}`, import.meta.url));
const ca = await pem('ca.crt');
const [serverCert, serverKey] = [await pem('server.crt'), await pem('server.key')];
const [renewedCert, renewedKey] = [await pem('renewed.crt'), await pem('renewed.key')];
const [clientCert, clientKey] = [await pem('client.crt'), await pem('client.key')];
const [strangerCert, strangerKey] = [await pem('stranger.crt'), await pem('stranger.key')];
const nothing = contract('nothing', { version: '1.0.0' }, {});

const serve = async (tls: ServerTls | undefined) => {
  const server = createServer({ ...(tls === undefined ? {} : { tls }), limits: { handshakeTimeoutMs: 1_000 } });
  server.on({ cmd: 'who' }, (_: unknown, ctx) => ctx.peer.certificate?.commonName ?? 'nobody');
  const { port } = await server.listen({ host: '127.0.0.1', port: 0 });
  return { server, target: `tcp://127.0.0.1:${port}` };
};

test('calls go through TLS, and a server that asks for certificates knows its caller by name', async () => {
  const { server, target } = await serve({
    cert: serverCert,
    key: serverKey,
    ca,
    requestCert: true,
    rejectUnauthorized: true,
  });
  const client = createClient(nothing, { target, tls: { ca, cert: clientCert, key: clientKey } });
  assert.equal(await client.$.pattern({ cmd: 'who' }), 'order');
  await client.$.close();
  await server.close();
});

test('a client without a certificate, or with one of another authority, gets no call through mutual TLS', async () => {
  const { server, target } = await serve({
    cert: serverCert,
    key: serverKey,
    ca,
    requestCert: true,
    rejectUnauthorized: true,
  });
  for (const tls of [{ ca }, { ca, cert: strangerCert, key: strangerKey }]) {
    const client = createClient(nothing, { target, tls, retry: { maxAttempts: 1 } });
    await assert.rejects(
      client.$.pattern({ cmd: 'who' }),
      (error) => RpcError.is(error) && error.code === 'unavailable',
    );
    await client.$.close();
  }
  await server.close();
});

test('a server whose certificate names somebody else is refused before anything is sent', async () => {
  const { server, target } = await serve({ cert: serverCert, key: serverKey });
  const client = createClient(nothing, { target, tls: { ca, servername: 'bank.test' }, retry: { maxAttempts: 1 } });
  await assert.rejects(
    client.$.pattern({ cmd: 'who' }),
    (error) => RpcError.is(error) && error.delivery === 'unsent' && error.message.includes('bank.test'),
  );
  await client.$.close();
  await server.close();
});

test('renewed certificates are used for the next connection and break none that is open', async () => {
  const { server, target } = await serve({ cert: serverCert, key: serverKey });
  const names: string[] = [];
  const tls = () => ({
    ca,
    checkServerIdentity: (_host: string, certificate: PeerCertificate) => {
      names.push(String(certificate.subject.CN));
      return undefined;
    },
  });
  const before = createClient(nothing, { target, tls });
  assert.equal(await before.$.pattern({ cmd: 'who' }), 'nobody');
  server.reloadTls({ cert: renewedCert, key: renewedKey });
  const after = createClient(nothing, { target, tls });
  assert.equal(await after.$.pattern({ cmd: 'who' }), 'nobody');
  assert.equal(await before.$.pattern({ cmd: 'who' }), 'nobody');
  assert.deepEqual(names, ['server.test', 'renewed.test']);
  await before.$.close();
  await after.$.close();
  await server.close();
});

test('TLS towards a server without it, and none towards one that has it, fail as unavailable and not as silence', async () => {
  const plain = await serve(undefined);
  const secure = await serve({ cert: serverCert, key: serverKey });
  const toPlain = createClient(nothing, { target: plain.target, tls: { ca }, retry: { maxAttempts: 1 } });
  const toSecure = createClient(nothing, { target: secure.target, retry: { maxAttempts: 1 } });
  for (const client of [toPlain, toSecure]) {
    await assert.rejects(
      client.$.pattern({ cmd: 'who' }),
      (error) => RpcError.is(error) && error.code === 'unavailable',
    );
    await client.$.close();
  }
  await plain.server.close();
  await secure.server.close();
});

test('a Unix domain socket carries calls like a port', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'cmdrpc-'));
  const path = join(folder, 'rpc.sock');
  const server = createServer();
  server.on('sum', (numbers: number[]) => numbers.reduce((a, b) => a + b, 0));
  assert.deepEqual(await server.listen({ path }), { host: path, port: 0 });
  const client = createClient(nothing, { target: `unix:${path}` });
  assert.equal(await client.$.pattern('sum', [1, 2, 3]), 6);
  await client.$.close();
  await server.close();
  await rm(folder, { recursive: true });
});

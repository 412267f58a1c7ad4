import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { Logger } from '@nestjs/common';
import { createClient, createServer } from 'cmdrpc';
import { contract, serverStream, unary } from 'cmdrpc/contract';
import { firstValueFrom, from } from 'rxjs';
import { z } from 'zod';
import { allOf, nestClient, rejection } from './nest-client.ts';
import { startNestService } from './nest-service.ts';

const pem = (name: string) => readFile(new URL(`../fixtures/tls/${name}`, import.meta.url));
const ca = await pem('ca.crt');
const otherCa = await pem('other-ca.crt');
const [serverCert, serverKey] = [await pem('server.crt'), await pem('server.key')];
const [clientCert, clientKey] = [await pem('client.crt'), await pem('client.key')];

const shop = contract(
  'shop',
  { version: '1.0.0' },
  {
    echo: unary({ input: z.unknown(), output: z.unknown(), effect: 'read' }),
    count: serverStream({ input: z.object({ upTo: z.number() }), output: z.number() }),
  },
);
const korean = { text: '가나다 🙂'.repeat(5_000) };

test('a Nest client calls our server through TLS, and is known by its certificate', async (t) => {
  const server = createServer({
    nest: { envelope: false },
    tls: { cert: serverCert, key: serverKey, ca, requestCert: true, rejectUnauthorized: true },
  })
    .on('echo', (data: unknown) => data)
    .on('who', (_: unknown, ctx) => ctx.peer.certificate?.commonName)
    .on('ticks', async function* () {
      for (let at = 0; at < 3; at += 1) yield at;
    });
  const { port } = await server.listen({ host: '127.0.0.1', port: 0 });
  t.after(() => server.close({ drainMs: 1 }));
  const client = nestClient(t, port, { ca, cert: clientCert, key: clientKey });
  assert.deepEqual(await firstValueFrom(client.send('echo', korean)), korean);
  assert.equal(await firstValueFrom(client.send('who', {})), 'order');
  assert.deepEqual(await allOf(client.send('ticks', {})), [0, 1, 2]);
});

test('a Nest client that does not trust our certificate sends nothing', async (t) => {
  let ran = 0;
  const server = createServer({ tls: { cert: serverCert, key: serverKey } }).on('echo', () => {
    ran += 1;
  });
  const { port } = await server.listen({ host: '127.0.0.1', port: 0 });
  t.after(() => server.close({ drainMs: 1 }));
  // It says why in its own log, and to its caller only this.
  Logger.overrideLogger(false);
  const error = await rejection(firstValueFrom(nestClient(t, port, { ca: otherCa }).send('echo', 1)));
  assert.match(String(error), /Connection closed/);
  assert.equal(ran, 0);
});

test('our client calls a Nest server through TLS, and refuses one it does not trust', async (t) => {
  const nest = await startNestService(
    [
      ['message', { cmd: 'echo' }, (data) => data],
      ['message', { cmd: 'count' }, ({ upTo }: { upTo: number }) => from(Array.from({ length: upTo }, (_, at) => at))],
    ],
    { cert: serverCert, key: serverKey },
  );
  t.after(() => nest.close());
  const target = `tcp://127.0.0.1:${nest.port}`;
  const client = createClient(shop, { target, wire: 'nest', tls: { ca } });
  t.after(() => client.$.close());
  assert.deepEqual(await client.echo(korean), korean);
  const counted: number[] = [];
  for await (const at of client.count({ upTo: 3 })) counted.push(at);
  assert.deepEqual(counted, [0, 1, 2]);
  const wary = createClient(shop, { target, wire: 'nest', tls: { ca: otherCa }, retry: { maxAttempts: 1 } });
  t.after(() => wary.$.close());
  const { error } = await wary.echo.safe(1);
  assert.deepEqual([error?.code, error?.reason, error?.delivery], ['unavailable', 'connect_failed', 'unsent']);
});

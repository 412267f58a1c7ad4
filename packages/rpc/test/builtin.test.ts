import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createClient, createServer } from 'cmdrpc';
import { contract, event, reason, unary } from 'cmdrpc/contract';
import { memoryNetwork } from 'cmdrpc/testing';
import { z } from 'zod';

const shop = contract(
  'shop',
  { version: '1.2.0' },
  {
    price: unary({
      summary: 'What something costs.',
      input: z.strictObject({ id: z.string() }),
      output: z.int(),
      effect: 'read',
      timeoutMs: 500,
      errors: { gone: reason('not_found', z.object({ id: z.string() })) },
    }),
    viewed: event({ input: z.strictObject({ id: z.string() }) }),
    wait: unary({ input: z.null(), output: z.null() }),
  },
);

const serve = async (options: Parameters<typeof createServer>[0] = {}) => {
  const network = memoryNetwork();
  const waiting = Promise.withResolvers<null>();
  const server = createServer({ name: 'shop-1', network, ...options });
  server.implement(shop, { price: () => 5, viewed: () => undefined, wait: () => waiting.promise });
  server.on({ cmd: 'sum' }, (numbers: number[]) => numbers.reduce((a, b) => a + b, 0));
  const { port } = await server.listen({ port: 0 });
  const client = createClient(shop, { target: `tcp://shop:${port}`, network, retry: { maxAttempts: 1 } });
  const close = async () => {
    waiting.resolve(null);
    await client.$.close();
    await server.close();
  };
  return { server, client, network, port, close, release: () => waiting.resolve(null) };
};

test('a server describes its contracts, commands with their JSON Schemas, and patterns', async () => {
  const { client, close } = await serve();
  const described = await client.$.pattern<{
    server: string;
    contracts: {
      name: string;
      version: string;
      fingerprint: string;
      commands: Record<string, Record<string, unknown>>;
    }[];
    patterns: string[];
  }>({ cmd: '_rpc.describe' });
  assert.equal(described.server, 'shop-1');
  assert.deepEqual(described.patterns, ['sum']);
  const [one] = described.contracts;
  assert.equal(described.contracts.length, 1);
  assert.deepEqual([one?.name, one?.version], ['shop', '1.2.0']);
  assert.match(one?.fingerprint ?? '', /^[0-9a-f]{16}$/);
  assert.deepEqual(Object.keys(one?.commands ?? {}), ['price', 'viewed', 'wait']);
  const { price, viewed } = one?.commands ?? {};
  assert.ok(price);
  assert.deepEqual(
    [price.kind, price.effect, price.timeoutMs, price.summary],
    ['unary', 'read', 500, 'What something costs.'],
  );
  assert.deepEqual((price.input as { required: string[] }).required, ['id']);
  assert.equal((price.output as { type: string }).type, 'integer');
  assert.equal((price.reasons as { gone: { code: string } }).gone.code, 'not_found');
  assert.equal(viewed?.kind, 'event');
  assert.equal(viewed?.output, undefined);
  await close();
});

test('a server says that it serves', async () => {
  const { client, close } = await serve();
  assert.deepEqual(await client.$.pattern({ cmd: '_rpc.health' }), {
    status: 'serving',
    contracts: { shop: 'serving' },
  });
  await close();
});

test('health is answered when the server refuses everything else', async () => {
  const { client, close } = await serve({ limits: { maxInFlight: 1 } });
  const call = client.wait.safe(null);
  await client.$.ready();
  assert.equal((await client.price.safe({ id: 'a' })).error?.reason, 'overloaded');
  assert.deepEqual(await client.$.pattern({ cmd: '_rpc.health' }), {
    status: 'serving',
    contracts: { shop: 'serving' },
  });
  await close();
  assert.equal((await call).ok, true);
});

test('health is answered while the server drains, to a peer that is still connected', async () => {
  const { server, client, network, port, close, release } = await serve();
  const call = client.wait(null);
  const answer = await new Promise<string>((resolve, reject) => {
    network.dial(
      { host: 'shop', port },
      { connectTimeoutMs: 1_000 },
      (socket) => {
        let closing: Promise<unknown> | undefined;
        const ask = (id: string): void => {
          const packet = JSON.stringify({ pattern: { cmd: '_rpc.health' }, data: null, id });
          socket.write(`${packet.length}#${packet}`);
        };
        socket.on('data', (chunk) => {
          if (closing !== undefined) resolve(chunk.toString());
          closing ??= server.close();
          ask('2');
        });
        ask('1');
      },
      reject,
    );
  });
  assert.match(answer, /"status":"draining"/);
  release();
  await call;
  await close();
});

for (const [option, cmd] of [
  ['describe', '_rpc.describe'],
  ['health', '_rpc.health'],
] as const) {
  test(`${cmd} is gone when it is switched off`, async () => {
    const { client, close } = await serve({ [option]: false });
    await assert.rejects(client.$.pattern({ cmd }), { code: 'unimplemented', reason: 'cmd_not_found' });
    await close();
  });
}

test('a handler of the same name is the user’s', async () => {
  const network = memoryNetwork();
  const server = createServer({ network });
  server.on({ cmd: '_rpc.health' }, () => 'mine');
  const { port } = await server.listen({ port: 0 });
  const client = createClient(shop, { target: `tcp://shop:${port}`, network });
  assert.equal(await client.$.pattern({ cmd: '_rpc.health' }), 'mine');
  await client.$.close();
  await server.close();
});

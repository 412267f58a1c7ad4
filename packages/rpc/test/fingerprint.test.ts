import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createClient, createServer, type Logger } from 'cmdrpc';
import { contract, unary } from 'cmdrpc/contract';
import { memoryNetwork } from 'cmdrpc/testing';
import { z } from 'zod';

const version = (output: z.ZodType, number = '1.0.0') =>
  contract('shop', { version: number }, { price: unary({ input: z.object({}), output, effect: 'read' }) });

const served = version(z.object({ price: z.int() }));

const meet = async (known: ReturnType<typeof version>) => {
  const network = memoryNetwork();
  const warnings: { readonly fields: object; readonly message: string }[] = [];
  const ignore = (): void => undefined;
  const logger: Logger = {
    debug: ignore,
    info: ignore,
    warn: (fields, message) => void warnings.push({ fields, message }),
    error: ignore,
  };
  const server = createServer({ network });
  server.implement(served, { price: () => ({ price: 1 }) });
  const { port } = await server.listen({ port: 0 });
  const client = createClient(known, { target: `tcp://shop:${port}`, network, logger, retry: { baseMs: 1, capMs: 1 } });
  assert.equal(client.$.stats().contract, 'unknown');
  await client.$.ready();
  return {
    client,
    warnings,
    network,
    async close() {
      await client.$.close();
      await server.close();
    },
  };
};

test('a client knows that its server has the same contract, whatever its version says', async () => {
  const { client, warnings, close } = await meet(version(z.object({ price: z.int() }), '1.1.0'));
  assert.equal(client.$.stats().contract, 'same');
  assert.deepEqual(warnings, []);
  await close();
});

test('a contract that differs is one warning, over many connections, and calls go on', async () => {
  const { client, warnings, network, close } = await meet(
    version(z.object({ price: z.int(), old: z.string().optional() })),
  );
  assert.equal(client.$.stats().contract, 'differs');
  assert.deepEqual(await client.price({}), { price: 1 });
  network.cut();
  assert.deepEqual(await client.price({}, { waitForReady: true }), { price: 1 });
  assert.equal(warnings.length, 1);
  assert.match(warnings[0]?.message ?? '', /contract differs/);
  assert.equal((warnings[0]?.fields as { contract: string } | undefined)?.contract, 'shop');
  await close();
});

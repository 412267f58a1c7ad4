import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createClient, createServer, RpcError } from 'cmdrpc';
import { contract } from 'cmdrpc/contract';
import { memoryNetwork } from 'cmdrpc/testing';

const untyped = contract('untyped', { version: '1.0.0' }, {});

test('with an adaptive limit a server lets in what it starts with and refuses the rest unprocessed, naming the option', async () => {
  const network = memoryNetwork();
  const server = createServer({ network, adaptiveLimit: { min: 5, max: 50 } });
  const held: (() => void)[] = [];
  server.on('hold', () => new Promise<void>((resolve) => held.push(resolve)));
  const { port } = await server.listen({ port: 0 });
  const client = createClient(untyped, { target: `tcp://memory:${port}`, network, retry: { maxAttempts: 1 } });
  const calls = Array.from({ length: 8 }, () =>
    client.$.pattern('hold').then(
      () => 'served',
      (error: unknown) => error,
    ),
  );
  const refused = (await Promise.all(calls.slice(5))).filter(RpcError.is);
  assert.equal(refused.length, 3);
  for (const error of refused) {
    assert.equal(error.code, 'resource_exhausted');
    assert.equal(error.delivery, 'unsent');
    assert.match(error.message, /adaptiveLimit/);
  }
  assert.equal(held.length, 5);
  for (const release of held) release();
  assert.deepEqual(
    await Promise.all(calls.slice(0, 5)),
    Array.from({ length: 5 }, () => 'served'),
  );
  await client.$.close();
  await server.close();
});

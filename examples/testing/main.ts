// How to test what uses cmdrpc: a network inside the process, a clock that moves when told, and a client with canned
// answers. `node --test` runs this file as it is; without a test runner it prints the same.
// Run: node --test examples/testing/main.ts
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Client, createClient, createServer, RpcError } from 'cmdrpc';
import { contract, unary } from 'cmdrpc/contract';
import { fakeClock, memoryNetwork, mockClient } from 'cmdrpc/testing';
import { z } from 'zod';

const prices = contract(
  'prices',
  { version: '1.0.0' },
  { price_of: unary({ input: z.object({ id: z.string() }), output: z.number(), effect: 'read', timeoutMs: 500 }) },
);
type Prices = Client<typeof prices.commands>;

/** What is under test: it takes its client as an argument, and so does not care where answers come from. */
const total = async (client: Prices, ids: readonly string[]): Promise<number> => {
  const each = await Promise.all(ids.map((id) => client.price_of({ id })));
  return each.reduce((sum, price) => sum + price, 0);
};

test('a total is the sum of its prices', async () => {
  const client = mockClient(prices, { price_of: ({ id }: { id: string }) => id.length });
  assert.equal(await total(client, ['a', 'bb']), 3);
});

test('a total fails as a whole when a price is not to be had', async () => {
  const client = mockClient(prices, {
    price_of: () => {
      throw new RpcError('no such product', { code: 'not_found' });
    },
  });
  await assert.rejects(total(client, ['a']), { code: 'not_found' });
});

test('a service that hangs is given up after 500 ms, without waiting 500 ms', async (t) => {
  const network = memoryNetwork();
  const clock = fakeClock();
  const server = createServer({ network, clock }).implement(prices, { price_of: () => new Promise(() => undefined) });
  const { port } = await server.listen({ host: 'memory', port: 0 });
  const client = createClient(prices, { target: `tcp://memory:${port}`, network, clock });
  t.after(() => network.cut());

  const failed = assert.rejects(total(client, ['a']), { code: 'deadline_exceeded', delivery: 'unknown' });
  await clock.advance(501);
  await failed;
});

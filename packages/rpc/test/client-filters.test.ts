import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createClient, createServer } from 'cmdrpc';
import { contract, event, unary } from 'cmdrpc/contract';
import { memoryNetwork } from 'cmdrpc/testing';
import { z } from 'zod';

const shop = contract(
  'shop',
  { version: '1.0.0' },
  {
    greet: unary({ input: z.object({ name: z.string() }), output: z.string(), effect: 'read' }),
    seen: event({ input: z.object({ name: z.string() }) }),
  },
);

const start = async () => {
  const network = memoryNetwork();
  const seen: string[] = [];
  const server = createServer({ network });
  server.implement(shop, {
    greet: ({ name }, ctx) => `${name} ${ctx.headers.tenant ?? 'nobody'}`,
    seen: ({ name }) => {
      seen.push(name);
    },
  });
  const { port } = await server.listen({ port: 0 });
  const client = createClient(shop, { target: `tcp://memory:${port}`, network });
  return { client, server, seen };
};

test('filters of a client change the call on its way out and its outcome on its way back, the first added outermost', async () => {
  const { client, server } = await start();
  const order: string[] = [];
  client.$.use(async (call, next) => {
    order.push('outer');
    return `<${await next({ ...call, options: { ...call.options, headers: { tenant: 'seoul' } } })}>`;
  });
  client.$.use((call, next) => {
    order.push(`inner ${call.cmd} ${call.kind}`);
    return next({ ...call, input: { name: 'kim' } });
  });
  assert.equal(await client.greet({ name: 'lee' }), '<kim seoul>');
  assert.deepEqual(order, ['outer', 'inner greet unary']);
  await client.$.close();
  await server.close();
});

test('a filter that throws ends the call before anything is sent, and events pass filters too', async () => {
  const { client, server, seen } = await start();
  client.$.use((call, next) => (call.kind === 'event' ? next(call) : Promise.reject(new Error('not today'))));
  await assert.rejects(client.greet({ name: 'lee' }), /not today/);
  await client.seen.emit({ name: 'park' }, { ack: true });
  assert.deepEqual(seen, ['park']);
  await client.$.close();
  await server.close();
});

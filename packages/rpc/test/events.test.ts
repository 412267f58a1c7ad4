import assert from 'node:assert/strict';
import { channel, subscribe, unsubscribe } from 'node:diagnostics_channel';
import { test } from 'node:test';
import {
  type ClientAttemptEvent,
  type ClientCallEvent,
  createClient,
  createServer,
  type DrainEvent,
  type ServerCallEvent,
  withContext,
} from 'cmdrpc';
import { contract, serverStream, unary } from 'cmdrpc/contract';
import { memoryNetwork } from 'cmdrpc/testing';
import { z } from 'zod';

const shop = contract(
  'shop',
  { version: '1.0.0' },
  {
    price: unary({ input: z.object({ id: z.string() }), output: z.int(), effect: 'read' }),
    prices: serverStream({ input: z.object({}), output: z.int() }),
  },
);

const serve = async () => {
  const network = memoryNetwork();
  const server = createServer({ name: 'shop', network });
  server.implement(shop, {
    price: ({ id }) => {
      if (id === 'bad') throw new Error('kaputt');
      return 5;
    },
    async *prices() {
      yield 1;
      yield 2;
    },
  });
  const { port } = await server.listen({ port: 0 });
  const client = createClient(shop, { target: `tcp://shop:${port}`, network });
  return {
    client,
    server,
    async close() {
      await client.$.close();
      await server.close();
    },
  };
};

/** What a channel says while `run` runs: a copy of each event as it was, and the object itself. */
const heard = async <T extends object>(name: string, run: () => Promise<unknown>) => {
  const events: T[] = [];
  const same = new Set<unknown>();
  const listener = (event: unknown): void => {
    same.add(event);
    events.push({ ...(event as T) });
  };
  subscribe(name, listener);
  try {
    await run();
  } finally {
    unsubscribe(name, listener);
  }
  return { events, objects: same.size };
};

test('a call is told twice as one object, on both sides, with what it was and how it ended', async () => {
  const { client, close } = await serve();
  const { events, objects } = await heard<ClientCallEvent>('cmdrpc:client.call', () =>
    withContext({ correlationId: 'c-1' }, () => client.price({ id: 'a' })),
  );
  assert.equal(objects, 1);
  assert.deepEqual(
    events.map(({ phase, service, cmd, kind, correlationId }) => [phase, service, cmd, kind, correlationId]),
    [
      ['start', 'shop', 'price', 'unary', 'c-1'],
      ['end', 'shop', 'price', 'unary', 'c-1'],
    ],
  );
  const [start, end] = events;
  assert.equal(start?.durationMs, undefined);
  assert.ok((end?.durationMs ?? -1) >= 0);
  assert.equal(end?.error, undefined);
  assert.equal(end?.attempts, 1);
  assert.match(end?.endpoint ?? '', /^shop:\d+$/);
  await close();
});

test('a failed call ends with its error, at the server under the code its caller gets', async () => {
  const { client, close } = await serve();
  const { events } = await heard<ServerCallEvent>('cmdrpc:server.call', () => client.price.safe({ id: 'bad' }));
  assert.deepEqual(
    events.map(({ phase, known, error }) => [phase, known, error?.code, error?.reason]),
    [
      ['start', true, undefined, undefined],
      ['end', true, 'internal', 'handler_threw'],
    ],
  );
  await close();
});

test('each attempt names the call it belongs to', async () => {
  const network = memoryNetwork();
  const client = createClient(shop, {
    target: 'tcp://nobody:1',
    network,
    retry: { maxAttempts: 2, baseMs: 1, capMs: 1 },
  });
  const calls = new Set<unknown>();
  const remember = (event: unknown): void => void calls.add(event);
  subscribe('cmdrpc:client.call', remember);
  const { events } = await heard<ClientAttemptEvent>('cmdrpc:client.attempt', () => client.price.safe({ id: 'a' }));
  unsubscribe('cmdrpc:client.call', remember);
  assert.deepEqual(
    events.map(({ phase, attempt, error }) => [phase, attempt, error?.reason]),
    [
      ['start', 1, undefined],
      ['end', 1, 'connect_failed'],
      ['start', 2, undefined],
      ['end', 2, 'connect_failed'],
    ],
  );
  assert.deepEqual(new Set(events.map(({ call }) => call)), calls);
  await client.$.close();
});

test('a stream is one call that ends when it has been read', async () => {
  const { client, close } = await serve();
  const { events } = await heard<ServerCallEvent>('cmdrpc:server.call', async () => {
    for await (const price of client.prices({})) assert.ok(price > 0);
  });
  assert.deepEqual(
    events.map(({ phase, kind }) => [phase, kind]),
    [
      ['start', 'serverStream'],
      ['end', 'serverStream'],
    ],
  );
  await close();
});

test('what a listener puts into the carrier travels, and what the caller says itself stands', async () => {
  const { client, close } = await serve();
  const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
  const put = (event: unknown): void => {
    const { phase, carrier } = event as ClientCallEvent;
    if (phase === 'start') Object.assign(carrier, { traceparent, tenant: 'listener', region: 'listener' });
  };
  subscribe('cmdrpc:client.call', put);
  const { events } = await heard<ServerCallEvent>('cmdrpc:server.call', () =>
    client.price({ id: 'a' }, { headers: { tenant: 'caller' } }),
  );
  unsubscribe('cmdrpc:client.call', put);
  assert.deepEqual({ ...events[0]?.headers }, { traceparent, tenant: 'caller', region: 'listener' });
  await close();
});

test('a server tells when it begins to close and when it has', async () => {
  const { client, server, close } = await serve();
  await client.price({ id: 'a' });
  const { events } = await heard<DrainEvent>('cmdrpc:drain', () => server.close());
  assert.deepEqual(
    events.map(({ phase, server: name, inFlight }) => [phase, name, inFlight]),
    [
      ['start', 'shop', 0],
      ['end', 'shop', 0],
    ],
  );
  await close();
});

test('nothing listens by itself, so nothing is built', async () => {
  const { client, close } = await serve();
  await client.price({ id: 'a' });
  for (const name of ['client.call', 'client.attempt', 'server.call', 'connection', 'breaker', 'drain', 'retry']) {
    assert.equal(channel(`cmdrpc:${name}`).hasSubscribers, false, name);
  }
  await close();
});

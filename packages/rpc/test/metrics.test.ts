import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { createClient, createServer } from 'cmdrpc';
import { contract, reason, unary } from 'cmdrpc/contract';
import { type RpcMetrics, rpcMetrics } from 'cmdrpc/metrics';
import { memoryNetwork } from 'cmdrpc/testing';
import { Registry } from 'prom-client';
import { z } from 'zod';

const shop = contract(
  'shop',
  { version: '1.0.0' },
  {
    price: unary({
      input: z.object({ id: z.string().min(1) }),
      output: z.number(),
      effect: 'read',
      errors: { gone: reason('not_found', z.object({})) },
    }),
    wait: unary({ input: z.object({}), output: z.null(), effect: 'read' }),
  },
);

let register: Registry;
let metrics: RpcMetrics;

beforeEach(() => {
  register = new Registry();
  metrics = rpcMetrics({ register });
});

afterEach(() => metrics.stop());

const serve = async (limits = {}) => {
  const network = memoryNetwork();
  const server = createServer({ name: 'shop', network, limits });
  let release = (): void => undefined;
  const waiting = new Promise<void>((resolve) => {
    release = resolve;
  });
  server.implement(shop, {
    price: ({ id }, ctx) => {
      if (id === 'gone') throw ctx.errors.gone({});
      return 5;
    },
    wait: async () => {
      await waiting;
      return null;
    },
  });
  const { port } = await server.listen({ port: 0 });
  const target = `tcp://shop:${port}`;
  return { network, server, target, release };
};

/** Series of the scraped text, by name and labels. */
const scrape = async (): Promise<Map<string, number>> => {
  const series = new Map<string, number>();
  for (const line of (await register.metrics()).split('\n')) {
    const match = /^([a-z_]+(?:\{.*\})?) (\S+)$/.exec(line);
    if (match?.[1] !== undefined) series.set(match[1], Number(match[2]));
  }
  return series;
};

test('calls are counted by side, service, method and code', async () => {
  const { network, server, target } = await serve();
  const client = createClient(shop, { target, network });
  await client.price({ id: 'a' });
  await client.price({ id: 'b' });
  await client.price.safe({ id: 'gone' });
  await client.price.safe({ id: '' });
  const series = await scrape();
  const count = (side: string, code: string) =>
    series.get(`rpc_call_duration_seconds_count{side="${side}",service="shop",method="price",code="${code}"}`);
  for (const side of ['client', 'server']) {
    assert.equal(count(side, 'ok'), 2, side);
    assert.equal(count(side, 'not_found'), 1, side);
    assert.equal(count(side, 'invalid_argument'), 1, side);
    assert.equal(series.get(`rpc_inflight{side="${side}",service="shop",method="price"}`), 0, side);
  }
  assert.equal(series.get('rpc_attempts_total{service="shop",method="price",code="ok"}'), 2);
  assert.equal(series.get('rpc_validation_failures_total{service="shop",method="price",direction="input"}'), 1);
  await client.$.close();
  await server.close();
});

test('a call that runs is in flight on both sides', async () => {
  const { network, server, target, release } = await serve();
  const client = createClient(shop, { target, network });
  const call = client.wait({});
  await client.$.ready();
  const inFlight = (series: Map<string, number>, side: string) =>
    series.get(`rpc_inflight{side="${side}",service="shop",method="wait"}`);
  let series = await scrape();
  while (inFlight(series, 'server') !== 1) {
    await new Promise((resolve) => setImmediate(resolve));
    series = await scrape();
  }
  assert.equal(inFlight(series, 'client'), 1);
  release();
  await call;
  assert.equal(inFlight(await scrape(), 'server'), 0);
  await client.$.close();
  await server.close();
});

test('commands that a peer makes up are one series', async () => {
  const { network, server, target } = await serve();
  const client = createClient(shop, { target, network });
  for (let n = 0; n < 50; n += 1) await assert.rejects(client.$.pattern(`made up ${n}`));
  const text = await register.metrics();
  assert.doesNotMatch(text, /made up/);
  const series = await scrape();
  for (const side of ['client', 'server']) {
    const name = `rpc_call_duration_seconds_count{side="${side}",service="",method="_other",code="unimplemented"}`;
    assert.equal(series.get(name), 50, side);
  }
  await client.$.close();
  await server.close();
});

test('connections are counted by state, and none is left when both sides have closed', async () => {
  const { network, server, target } = await serve();
  const client = createClient(shop, { target, network });
  await client.price({ id: 'a' });
  const open = await scrape();
  assert.equal(open.get('rpc_connections{side="client",state="ready"}'), 1);
  assert.equal(open.get('rpc_connections{side="client",state="connecting"}'), 0);
  assert.equal(open.get('rpc_connections{side="server",state="ready"}'), 1);
  await client.$.close();
  await server.close();
  const closed = await scrape();
  assert.equal(closed.get('rpc_connections{side="client",state="ready"}'), 0);
  assert.equal(closed.get('rpc_connections{side="server",state="ready"}'), 0);
  assert.equal(closed.get('rpc_drain_seconds_count'), 1);
});

test('retries, the breaker they open and the budget they take from are seen', async () => {
  const network = memoryNetwork();
  const client = createClient(shop, {
    target: 'tcp://nobody:1',
    network,
    retry: { baseMs: 1, capMs: 1, budget: { ratio: 0, minPerSecond: 0.1, windowMs: 10_000 } },
    breaker: { consecutiveFailures: 2 },
  });
  metrics.watch('shop', client);
  assert.equal((await scrape()).get('rpc_retry_budget_balance{client="shop"}'), 1);
  for (let n = 0; n < 3; n += 1) await client.price.safe({ id: 'a' });
  const series = await scrape();
  assert.equal(series.get('rpc_retries_total{service="shop",method="price",outcome="scheduled"}'), 1);
  assert.ok((series.get('rpc_retries_total{service="shop",method="price",outcome="budget_exhausted"}') ?? 0) >= 1);
  assert.equal(series.get('rpc_retry_budget_balance{client="shop"}'), 0);
  assert.equal(series.get('rpc_breaker_state{endpoint="nobody:1"}'), 2);
  assert.equal(series.get('rpc_breaker_transitions_total{endpoint="nobody:1",state="open"}'), 1);
  await client.$.close();
  assert.equal((await scrape()).get('rpc_breaker_state{endpoint="nobody:1"}'), undefined);
});

test('refused and queued calls are counted where they were refused and queued', async () => {
  const { network, server, target, release } = await serve({ maxInFlight: 1 });
  const client = createClient(shop, {
    target,
    network,
    bulkhead: { maxInFlight: 2, maxQueued: 1 },
    retry: { maxAttempts: 1 },
  });
  const calls = [client.wait.safe({}), client.wait.safe({}), client.wait.safe({}), client.wait.safe({})];
  assert.equal((await scrape()).get('rpc_queue_depth'), 1);
  assert.equal((await scrape()).get('rpc_shed_total{side="client",reason="client_queue_full"}'), 1);
  assert.equal((await calls[1])?.error?.reason, 'overloaded');
  assert.equal((await calls[2])?.error?.reason, 'overloaded');
  const series = await scrape();
  assert.equal(series.get('rpc_shed_total{side="server",reason="overloaded"}'), 2);
  assert.equal(series.get('rpc_queue_depth'), 0);
  release();
  await Promise.all(calls);
  await client.$.close();
  await server.close();
});

test('bytes that are no protocol are counted, at the server they came to', async () => {
  const { network, server, target } = await serve();
  const port = Number(target.split(':').at(-1));
  await new Promise<void>((resolve, reject) => {
    network.dial(
      { host: 'shop', port },
      { connectTimeoutMs: 1_000 },
      (socket) => {
        socket.on('close', () => resolve());
        socket.write(Buffer.from('GET / HTTP/1.1\r\n\r\n'));
      },
      reject,
    );
  });
  assert.equal((await scrape()).get('rpc_protocol_errors_total{side="server"}'), 1);
  await server.close();
});

test('a stopped collector leaves the registry empty, and another may take its place', async () => {
  metrics.stop();
  assert.equal((await register.metrics()).trim(), '');
  metrics = rpcMetrics({ register, prefix: 'shop_rpc_' });
  assert.match(await register.metrics(), /shop_rpc_call_duration_seconds/);
});

import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { type ClientOptions, createClient, createServer } from 'cmdrpc';
import { type FakeClock, type Fault, fakeClock, memoryNetwork } from 'cmdrpc/testing';
import { lab, passing } from './fixture.ts';

const PORT = 7;

const setUp = async (
  t: TestContext,
  { seed = 1, clock, ...options }: { seed?: number; clock?: FakeClock } & Partial<ClientOptions> = {},
) => {
  const timed = clock === undefined ? {} : { clock };
  const network = memoryNetwork({ seed, ...timed });
  const ran: unknown[] = [];
  const handle = (input: unknown): unknown => {
    ran.push(input);
    return input;
  };
  const server = createServer({ network, ...timed }).implement(lab, {
    look: handle,
    put: handle,
    pay: handle,
    price: () => ({ total: 0 }),
    happened: () => undefined,
  });
  await server.listen({ port: PORT });
  const client = createClient(lab, {
    target: `tcp://memory:${PORT}`,
    network,
    random: () => 0,
    breaker: { enabled: false },
    ...timed,
    ...options,
  });
  t.after(async () => {
    network.clearFaults();
    await passing(clock, client.$.close({ drainMs: 1 }));
    await passing(clock, server.close({ drainMs: 1 }));
  });
  await client.$.ready();
  return { network, client, ran };
};

test('a dropped call ends at its deadline, and nobody can tell whether it ran', async (t) => {
  const clock = fakeClock();
  const { network, client, ran } = await setUp(t, { clock });
  network.faults({ kind: 'drop', from: 'client' });
  const { error } = await passing(clock, client.pay.safe(1, { timeoutMs: 500 }));
  assert.deepEqual([error?.code, error?.delivery, ran], ['deadline_exceeded', 'unknown', []]);
});

test('a reset after the write: the handler ran, the caller knows not, and what may not run twice does not', async (t) => {
  const { network, client, ran } = await setUp(t);
  network.faults({ kind: 'reset-after-write', from: 'client', times: 1 });
  const { error } = await client.pay.safe('once');
  assert.deepEqual([error?.code, error?.delivery, ran], ['unavailable', 'unknown', ['once']]);
});

test('a reset before the write: what may be sent again is, and runs once', async (t) => {
  const { network, client, ran } = await setUp(t);
  network.faults({ kind: 'reset-before-write', from: 'client', times: 1 });
  assert.equal(await client.look('again', { waitForReady: true }), 'again');
  assert.deepEqual(ran, ['again']);
});

test('a reset before the write: what may not run twice is not sent again, though it never ran', async (t) => {
  const { network, client, ran } = await setUp(t);
  network.faults({ kind: 'reset-before-write', from: 'client', times: 1 });
  const { error } = await client.pay.safe(1);
  assert.deepEqual([error?.code, error?.delivery, ran], ['unavailable', 'unknown', []]);
});

test('a corrupted answer ends the connection and is nobody’s answer', async (t) => {
  const { network, client, ran } = await setUp(t);
  network.faults({ kind: 'corrupt', from: 'server', times: 1 });
  const { error } = await client.pay.safe('x');
  assert.deepEqual([error?.code, error?.delivery, ran], ['unavailable', 'unknown', ['x']]);
  assert.match(String(error?.cause), /ProtocolError/);
  assert.equal(await client.pay('y', { waitForReady: true }), 'y');
});

test('latency beyond the deadline ends the call; below it the answer is only late, and in order', async (t) => {
  const clock = fakeClock();
  const { network, client } = await setUp(t, { clock });
  const heal = network.faults({ kind: 'latency', delayMs: 40, from: 'server', times: 1 });
  const startedMs = clock.now();
  const order: unknown[] = [];
  const first = client.pay(1).then((value) => order.push(value));
  await clock.advance(1);
  const second = client.pay(2).then((value) => order.push(value));
  await clock.advance(38);
  assert.deepEqual(order, []);
  await clock.advance(2);
  await Promise.all([first, second]);
  assert.deepEqual([order, clock.now() - startedMs], [[1, 2], 41]);
  heal();
  network.faults({ kind: 'latency', delayMs: 10_000, from: 'server' });
  const late = await passing(clock, client.pay.safe(3, { timeoutMs: 300 }));
  assert.equal(late.error?.code, 'deadline_exceeded');
});

test('a slow reader gets it all, piece by piece', async (t) => {
  const clock = fakeClock();
  const { network, client } = await setUp(t, { clock });
  network.faults({ kind: 'slow-read', bytesPerMs: 10, from: 'client' });
  const text = 'x'.repeat(500);
  const answer = client.pay(text);
  await clock.advance(40);
  assert.equal(client.$.stats().endpoints[0]?.inFlight, 1);
  await clock.advance(40);
  assert.equal(await answer, text);
});

const outcomes = async (t: TestContext, seed: number): Promise<string> => {
  const clock = fakeClock();
  const { network, client } = await setUp(t, { seed, clock, retry: { maxAttempts: 1 } });
  const fault: Fault = { kind: 'drop', from: 'server', p: 0.5 };
  network.faults(fault);
  const seen: string[] = [];
  for (let n = 0; n < 24; n += 1) {
    const result = client.pay.safe(n, { timeoutMs: 50 });
    await clock.advance(60);
    seen.push((await result).ok ? '+' : '-');
  }
  return seen.join('');
};

test('the seed decides which writes are struck', async (t) => {
  const first = await outcomes(t, 11);
  assert.match(first, /\+.*-|-.*\+/);
  assert.equal(await outcomes(t, 11), first);
  assert.notEqual(await outcomes(t, 12), first);
});

test('a fault strikes the connections chosen for it and no others', async (t) => {
  const { network, client } = await setUp(t, { retry: { maxAttempts: 1 } });
  network.faults({ kind: 'reset-before-write', connection: ({ number }) => number === 1, from: 'client' });
  assert.equal((await client.pay.safe(1)).ok, false);
  assert.equal(await client.pay(2, { waitForReady: true }), 2);
  network.clearFaults();
  network.faults({ kind: 'reset-before-write', connection: 0 });
  assert.equal(await client.pay(3), 3);
});

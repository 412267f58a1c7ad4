import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createServer, RpcError } from 'cmdrpc';
import { FRAME, fakeClock, memoryNetwork, type SeenFrame, scriptedServer } from 'cmdrpc/testing';
import { connect, gate, passing, serve, until } from './fixture.ts';

const once = { retry: { maxAttempts: 1 } };

test('nothing is connected until the first call or ready()', async (t) => {
  const { server, target } = await serve(t);
  const client = connect(t, target);
  assert.equal(client.$.state, 'idle');
  assert.equal(server.stats().connections, 0);
  await client.$.ready();
  assert.equal(client.$.state, 'ready');
  await client.$.ready();
  assert.equal(server.stats().connections, 1);
});

test('a server that comes back on its port is found again by itself; calls meanwhile fail as unsent', async (t) => {
  const first = await serve(t, { pay: () => 'first' });
  const client = connect(t, first.target, once);
  assert.equal(await client.pay(1), 'first');
  await first.server.close();
  await until(() => client.$.state !== 'ready', 'the client to notice');
  for (let call = 0; call < 5; call += 1) {
    const { error } = await client.pay.safe(1);
    assert.deepEqual([error?.code, error?.reason, error?.delivery], ['unavailable', 'connect_failed', 'unsent']);
  }
  await serve(t, { pay: () => 'second' }, {}, first.port);
  await until(() => client.$.state === 'ready', 'the client to be back');
  assert.equal(await client.pay(1), 'second');
});

test('waitForReady waits through an outage, up to the deadline', async (t) => {
  const { port, server } = await serve(t);
  await server.close();
  const client = connect(t, `tcp://127.0.0.1:${port}`, once);
  const patient = client.pay('patient', { waitForReady: true });
  await assert.rejects(client.pay(1), { reason: 'connect_failed' });
  await assert.rejects(client.pay(1, { waitForReady: true, timeoutMs: 50 }), {
    code: 'deadline_exceeded',
    reason: 'connecting',
    delivery: 'unsent',
  });
  await serve(t, {}, {}, port);
  assert.equal(await patient, 'patient');
});

test('a peer that greets and hangs up is not dialled without a pause', async (t) => {
  const clock = fakeClock();
  const network = memoryNetwork();
  let accepted = 0;
  const { server, target } = await serve(t, {}, { clock, network });
  const client = connect(t, target, { clock, network, random: () => 1 });
  await passing(clock, client.$.ready());
  for (let loss = 0; loss < 200; loss += 1) {
    if (network.connections > 0) {
      accepted += 1;
      network.cut();
    }
    await clock.advance(10);
  }
  assert.ok(accepted > 2 && accepted < 12, `${accepted} connections in two seconds`);
  assert.ok(server);
});

test('a connection that lasted is replaced at once when it breaks', async (t) => {
  const clock = fakeClock();
  const network = memoryNetwork();
  const { target } = await serve(t, {}, { clock, network });
  const client = connect(t, target, { clock, network, random: () => 1 });
  await passing(clock, client.$.ready());
  for (let round = 0; round < 5; round += 1) {
    await clock.advance(11_000);
    network.cut();
    await clock.advance(1);
    assert.equal(client.$.state, 'ready', `round ${round}`);
  }
});

test('a rejected or closing server that says so before its greeting is heard', async (t) => {
  const { target } = await scriptedServer(t, () => undefined, { greet: false });
  const client = connect(t, target, { ...once, handshakeTimeoutMs: 50 });
  const { error } = await client.pay.safe(1);
  assert.equal(error?.code, 'unavailable');
  assert.match(error?.message ?? '', /handshakeTimeoutMs 50/);
});

test('silence is asked about, and a peer that does not answer is given up', async (t) => {
  const frames: SeenFrame[] = [];
  const { target, connections } = await scriptedServer(t, () => undefined, { onFrame: (frame) => frames.push(frame) });
  const client = connect(t, target, { ...once, keepaliveMs: 30, keepaliveTimeoutMs: 40 });
  const call = client.pay.safe(1, { timeoutMs: 60_000 });
  const { error } = await call;
  assert.deepEqual([error?.code, error?.delivery], ['unavailable', 'unknown']);
  assert.match(error?.message ?? '', /no sign of life/);
  assert.ok(frames.some(({ type }) => type === FRAME.ping));
  await until(() => connections() >= 2, 'a new connection');
});

test('keepalive keeps an idle connection open, and Infinity switches it off', async (t) => {
  const clock = fakeClock();
  const network = memoryNetwork();
  const { server, target } = await serve(t, {}, { clock, network });
  const lively = connect(t, target, { clock, network });
  const mute = connect(t, target, { clock, network, keepaliveMs: Number.POSITIVE_INFINITY });
  await passing(clock, Promise.all([lively.$.ready(), mute.$.ready()]));
  await clock.advance(55_000);
  assert.equal(server.stats().connections, 2);
  await clock.advance(11_000);
  // The mute one was closed by the server's idleMs, and comes back when it is needed.
  assert.equal(lively.$.state, 'ready');
  assert.equal(mute.$.state, 'idle');
  assert.equal(server.stats().connections, 1);
  assert.equal(await passing(clock, mute.pay('back')), 'back');
});

test('the breaker stands in the way of a failing endpoint, says so, and heals without a restart', async (t) => {
  let broken = true;
  let asked = 0;
  const { target } = await serve(t, {
    pay: () => {
      asked += 1;
      if (broken) throw new Error('broken');
      return 'well';
    },
  });
  const client = connect(t, target, { ...once, breaker: { resetMs: 100, consecutiveFailures: 5, probesToClose: 2 } });
  for (let call = 0; call < 5; call += 1) await assert.rejects(client.pay(1), { code: 'internal' });
  const startedMs = performance.now();
  const { error } = await client.pay.safe(1);
  assert.deepEqual(
    [error?.code, error?.reason, error?.delivery, error?.attempts],
    ['unavailable', 'endpoint_ejected', 'unsent', 0],
  );
  assert.ok(performance.now() - startedMs < 50);
  assert.equal(asked, 5);
  assert.equal(client.$.stats().endpoints[0]?.breaker, 'open');
  broken = false;
  await until(() => client.$.stats().endpoints[0]?.breaker === 'half-open', 'the time to be over');
  assert.equal(await client.pay(1), 'well');
  assert.equal(await client.pay(1), 'well');
  assert.equal(client.$.stats().endpoints[0]?.breaker, 'closed');
});

test('a connection that breaks counts once with the breaker, however many calls it takes along', async (t) => {
  const held: { reset(): void }[] = [];
  let answering = false;
  const { target } = await scriptedServer(t, (call) => {
    if (answering) call.answer('well');
    else held.push(call);
  });
  const client = connect(t, target, { ...once, breaker: { consecutiveFailures: 2 } });
  for (const expected of ['closed', 'open']) {
    const calls = Array.from({ length: 10 }, () => client.pay.safe(1));
    await until(() => held.length === 10, 'ten calls on their way');
    held[0]?.reset();
    for (const { error } of await Promise.all(calls)) assert.equal(error?.delivery, 'unknown');
    assert.equal(client.$.stats().endpoints[0]?.breaker, expected);
    held.length = 0;
  }
  answering = true;
  assert.equal((await client.pay.safe(1)).error?.reason, 'endpoint_ejected');
});

test('refusals, bad input and full queues do not open it', async (t) => {
  const { target } = await serve(t, {
    price: ({ id }, ctx) => {
      throw ctx.errors.not_known({ id });
    },
    pay: () => {
      throw new RpcError('full', { code: 'resource_exhausted' });
    },
  });
  const client = connect(t, target, once);
  for (let call = 0; call < 40; call += 1) {
    await client.price.safe({ id: 'a' });
    await client.pay.safe(1);
    await client.look.safe(2n ** 70n);
    await client.$.pattern({ cmd: 'price' }, 'bad').catch(() => undefined);
  }
  assert.equal(client.$.stats().endpoints[0]?.breaker, 'closed');
});

test('the bulkhead bounds what a slow peer holds: places, then a queue, then a refusal that names both', async (t) => {
  const hold = gate();
  let running = 0;
  let peak = 0;
  const { target } = await serve(t, {
    pay: async (input) => {
      running += 1;
      peak = Math.max(peak, running);
      await hold.passed;
      running -= 1;
      return input;
    },
  });
  const client = connect(t, target, { bulkhead: { maxInFlight: 3, maxQueued: 2 } });
  const calls = [1, 2, 3, 4, 5].map((n) => client.pay(n));
  const { error } = await client.pay.safe(6);
  assert.deepEqual(
    [error?.code, error?.reason, error?.delivery],
    ['resource_exhausted', 'client_queue_full', 'unsent'],
  );
  assert.match(error?.message ?? '', /bulkhead.maxInFlight 3 and maxQueued 2/);
  await until(() => running === 3, 'three to run');
  hold.open();
  assert.deepEqual(await Promise.all(calls), [1, 2, 3, 4, 5]);
  assert.equal(peak, 3);
});

test('ready() fails after its time and when the client closes', async (t) => {
  const client = connect(t, 'tcp://127.0.0.1:1');
  await assert.rejects(client.$.ready({ timeoutMs: 30 }), { code: 'unavailable', delivery: 'unsent' });
  const waiting = assert.rejects(client.$.ready({ timeoutMs: 60_000 }), { reason: 'client_closed' });
  await client.$.close();
  await waiting;
  assert.equal(client.$.state, 'closed');
  await assert.rejects(client.pay(1), { reason: 'client_closed', delivery: 'unsent' });
});

test('a server closed while it begins to listen does not listen', async () => {
  const network = memoryNetwork();
  const server = createServer({ network });
  const listening = server.listen({ port: 77 });
  await server.close();
  await assert.rejects(listening, /closed while it began to listen/);
  await createServer({ network }).listen({ port: 77 });
});

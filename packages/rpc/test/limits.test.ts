import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createClient, createServer, RpcError, type ServerLimits } from 'cmdrpc';
import { callBytes, FRAME, fakeClock, frameBytes, helloBytes, memoryNetwork, rawPeer } from 'cmdrpc/testing';
import { connect, gate, lab, listening, passing, serve, until } from './fixture.ts';

const once = { retry: { maxAttempts: 1 } };

const failure = async (promise: Promise<unknown>): Promise<RpcError> => {
  const error = await promise.then(
    () => assert.fail('it succeeded'),
    (thrown: unknown) => thrown,
  );
  assert.ok(RpcError.is(error), String(error));
  return error;
};

test('options that make no sense are refused by name', () => {
  const bad: [Partial<ServerLimits>, RegExp][] = [
    [{ maxFrameBytes: 0 }, /limits.maxFrameBytes/],
    [{ maxInFlight: Number.NaN }, /limits.maxInFlight/],
    [{ maxHeaderBytes: 70_000 }, /limits.maxHeaderBytes/],
    [{ maxFrameBytes: 2 ** 28 }, /limits.maxFrameBytes/],
    [{ idleMs: -1 }, /limits.idleMs/],
  ];
  for (const [limits, message] of bad) assert.throws(() => createServer({ limits }), message);
  const target = 'tcp://localhost:1';
  assert.throws(() => createClient(lab, { target, limits: { maxCmdBytes: 70_000 } }), /limits.maxCmdBytes/);
  assert.throws(() => createClient(lab, { target, timeoutMs: 0 }), /timeoutMs/);
  assert.throws(() => createClient(lab, { target: 'http://localhost:1' }), /tcp:\/\/host:port/);
});

test('maxFrameBytes: a request over the server’s is not sent, an answer over the client’s is refused, both by name', async (t) => {
  const { target } = await serve(t, { look: (n) => 'x'.repeat(Number(n)) }, { limits: { maxFrameBytes: 50_000 } });
  const client = connect(t, target, { limits: { maxFrameBytes: 20_000 } });
  await client.$.ready();
  const out = await failure(client.pay('x'.repeat(60_000)));
  assert.deepEqual([out.code, out.reason, out.delivery], ['resource_exhausted', 'frame_too_large', 'unsent']);
  assert.match(out.message, /maxFrameBytes 50000/);
  const back = await failure(client.look(30_000));
  assert.deepEqual([back.code, back.reason, back.delivery], ['resource_exhausted', 'frame_too_large', 'answered']);
  assert.match(back.message, /maxFrameBytes 20000/);
  assert.equal(String(await client.look(19_000)).length, 19_000);
});

test('maxFrameBytes: an error too large for the client still tells how the call failed', async (t) => {
  const { target } = await serve(t, {
    look: () => {
      throw new RpcError('big', { code: 'not_found', details: 'x'.repeat(50_000) });
    },
  });
  const error = await failure(connect(t, target, { limits: { maxFrameBytes: 10_000 } }).look(1));
  assert.deepEqual([error.code, error.reason, error.details], ['not_found', 'encode_failed', undefined]);
});

test('a request over a limit the client could not know of ends its own call, naming the limit, and others are safe to repeat', async (t) => {
  const { target } = await serve(
    t,
    {},
    { limits: { maxFrameBytes: 50_000, maxHeaderBytes: 100, maxHeaders: 3, maxBoundCmds: 4 } },
  );
  const cases: [RegExp, (client: ReturnType<typeof connect>) => Promise<unknown>][] = [
    // Before the greeting, so that the server's limit is not known yet.
    [/maxFrameBytes 50000/, (client) => client.pay('x'.repeat(60_000))],
    [/maxHeaderBytes 100/, (client) => client.pay(1, { headers: { 'x-a': 'v'.repeat(200) } })],
    [/maxHeaders 3/, (client) => client.pay(1, { headers: { a: '', b: '', c: '', d: '' } })],
  ];
  for (const [message, call] of cases) {
    const client = connect(t, target);
    const [error, other] = await Promise.all([failure(call(client)), client.pay('other')]);
    assert.deepEqual(
      [error.code, error.reason, error.delivery],
      ['data_loss', 'protocol_error', 'unsent'],
      String(message),
    );
    assert.match(error.message, message);
    assert.equal(other, 'other');
  }
});

test('maxCmdBytes and maxBoundCmds are named to the peer that passes them', async (t) => {
  const logger = listening();
  const { port } = await serve(t, {}, { logger, limits: { maxCmdBytes: 10, maxBoundCmds: 2 } });
  const named = (number: number, name: string) =>
    callBytes('', number, 1, { cmd: { number, name: Buffer.from(name) } });
  const cases: [RegExp, readonly Buffer[]][] = [
    [/maxCmdBytes 10/, [named(1, 'elevenchars')]],
    [/maxBoundCmds 2/, [named(1, 'a'), named(2, 'b'), named(3, 'c')]],
  ];
  for (const [message, frames] of cases) {
    const peer = await rawPeer(t, port);
    peer.send(helloBytes(), ...frames);
    await until(() => peer.closed, 'the server to hang up');
    const goaway = peer.frames.find(({ type }) => type === FRAME.goaway);
    assert.ok(goaway);
    const { reason, message: told } = goaway.body as { reason: string; message: string };
    assert.equal(reason, 'protocol_error');
    assert.match(told, message);
    assert.equal(goaway.callId, frames.length - 1);
  }
  const logged = () => logger.lines.filter(({ message }) => message === 'rpc connection closed: protocol error').length;
  await until(() => logged() === 2, 'both to be logged');
});

test('maxHeaderBytes, maxHeaders and names over 255 bytes are refused by the client before a byte is sent', async (t) => {
  const { server, target } = await serve(t);
  const client = connect(t, target);
  await client.$.ready();
  const cases: [RegExp, Record<string, string>][] = [
    [/maxHeaderBytes 8192/, { a: 'x'.repeat(9_000) }],
    [/maxHeaders 64/, Object.fromEntries(Array.from({ length: 65 }, (_, n) => [`h${n}`, '']))],
    [/258 bytes is over 255/, { ['가'.repeat(86)]: 'v' }],
    [/cannot be encoded/, { a: 5 as unknown as string }],
  ];
  for (const [message, headers] of cases) {
    const error = await failure(client.pay(1, { headers }));
    assert.deepEqual([error.code, error.delivery], ['invalid_argument', 'unsent'], String(message));
    assert.match(error.message, message);
  }
  assert.equal(await client.pay('fine'), 'fine');
  assert.equal(server.stats().connections, 1);
  assert.equal(client.$.stats().endpoints[0]?.inFlight, 0);
});

test('maxDepth: a payload nested deeper fails its own call, on either side', async (t) => {
  const nested = (levels: number): unknown => (levels === 0 ? 1 : [nested(levels - 1)]);
  const { target } = await serve(t, { look: (levels) => nested(Number(levels)) }, { limits: { maxDepth: 10 } });
  const client = connect(t, target, { limits: { maxDepth: 5 } });
  const out = await failure(client.pay(nested(11)));
  assert.deepEqual([out.code, out.reason, out.delivery], ['data_loss', 'decode_failed', 'unsent']);
  assert.match(out.message, /maxDepth 10/);
  const back = await failure(client.look(6));
  assert.deepEqual([back.code, back.reason, back.delivery], ['data_loss', 'decode_failed', 'answered']);
  assert.match(back.message, /maxDepth 5/);
  assert.deepEqual(await client.look(5), nested(5));
});

test('maxInFlight and maxInFlightPerConnection refuse by name, as unprocessed, and say when to come back', async (t) => {
  const hold = gate();
  const handlers = { pay: () => hold.passed, put: () => 'let in' };
  const whole = await serve(t, handlers, { limits: { maxInFlight: 3 } });
  const each = await serve(t, handlers, { limits: { maxInFlightPerConnection: 3 } });
  for (const [{ server, target }, name] of [
    [whole, 'maxInFlight'],
    [each, 'maxInFlightPerConnection'],
  ] as const) {
    const client = connect(t, target, once);
    const running = [1, 2, 3].map(() => client.pay(1));
    await until(() => server.stats().inFlight === 3, 'three to run');
    const error = await failure(client.put(1));
    assert.deepEqual([error.code, error.reason, error.delivery], ['resource_exhausted', 'overloaded', 'unsent']);
    assert.match(error.message, new RegExp(`limits.${name}$`));
    assert.ok((error.retryAfterMs ?? 0) > 0);
    const other = connect(t, target, once);
    if (name === 'maxInFlight') assert.match((await failure(other.put(1))).message, /limits.maxInFlight$/);
    else assert.equal(await other.put(1), 'let in');
    void Promise.allSettled(running);
  }
  hold.open();
});

test('events nobody waits for take places of their connection too', async (t) => {
  const hold = gate();
  const { server, target } = await serve(
    t,
    { happened: () => hold.passed },
    { limits: { maxInFlightPerConnection: 3 } },
  );
  const client = connect(t, target, once);
  for (let n = 0; n < 10; n += 1) await client.happened.emit({ id: 'a' });
  const error = await failure(client.pay(1));
  assert.match(error.message, /maxInFlightPerConnection/);
  assert.equal(server.stats().inFlight, 3);
  hold.open();
  await until(() => server.stats().inFlight === 0, 'the events to end');
  assert.equal(await client.pay(1), 1);
});

test('maxConnections: one more is closed at once and the others go on', async (t) => {
  const logger = listening();
  const { port, target } = await serve(t, {}, { logger, limits: { maxConnections: 2 } });
  const client = connect(t, target);
  await client.$.ready();
  await rawPeer(t, port);
  const third = await rawPeer(t, port);
  await until(() => third.closed, 'the third to be closed');
  assert.equal(await client.pay(1), 1);
  assert.ok(logger.lines.some(({ fields }) => (fields as { maxConnections?: number }).maxConnections === 2));
});

const stalled = (logger: ReturnType<typeof listening>) =>
  logger.lines
    .filter(({ message }) => message === 'rpc connection closed: stalled')
    .map(({ fields }) => (fields as { limit: string }).limit);

test('handshakeTimeoutMs: a peer that says nothing, or half a greeting, is closed', async (t) => {
  const logger = listening();
  const { port } = await serve(t, {}, { logger, limits: { handshakeTimeoutMs: 60 } });
  const [mute, slow] = [await rawPeer(t, port), await rawPeer(t, port)];
  slow.send(helloBytes().subarray(0, 20));
  await until(() => mute.closed && slow.closed, 'both to be closed');
  assert.deepEqual(stalled(logger), ['handshakeTimeoutMs', 'handshakeTimeoutMs']);
});

test('partialFrameMs: half a frame and silence is closed; a busy connection that never ends on a frame is not', async (t) => {
  const logger = listening();
  const { port } = await serve(t, {}, { logger, limits: { partialFrameMs: 100 } });
  const [silent, busy] = [await rawPeer(t, port), await rawPeer(t, port)];
  silent.send(helloBytes(), callBytes('look', 1, 'x'.repeat(1_000)).subarray(0, 500));
  busy.send(helloBytes());
  const giveUpMs = performance.now() + 600;
  let rest: Buffer = Buffer.alloc(0);
  let callId = 0;
  while (performance.now() < giveUpMs && !busy.closed) {
    callId += 1;
    const frame = callBytes('look', callId, callId);
    // Whole frames, but each write ends inside the next one.
    busy.send(rest, frame.subarray(0, 20));
    rest = frame.subarray(20);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  assert.equal(busy.closed, false);
  assert.equal(silent.closed, true);
  assert.deepEqual(stalled(logger), ['partialFrameMs']);
});

test('idleMs: a connection without traffic and without calls is closed, one with a call is not', async (t) => {
  const clock = fakeClock();
  const options = { clock, network: memoryNetwork() };
  const logger = listening();
  const hold = gate();
  const { server, target } = await serve(
    t,
    { pay: () => hold.passed },
    { ...options, logger, limits: { idleMs: 1_000 } },
  );
  const client = connect(t, target, { ...options, keepaliveMs: 1e9, timeoutMs: 1e9 });
  const call = client.pay(1);
  await clock.advance(10_000);
  assert.equal(server.stats().connections, 1);
  assert.deepEqual(stalled(logger), []);
  hold.open();
  await passing(clock, call);
  await clock.advance(2_000);
  assert.equal(stalled(logger)[0], 'idleMs');
});

test('maxSendBufferBytes: a peer that never reads is closed before it costs more', async (t) => {
  const logger = listening();
  const limits = { maxSendBufferBytes: 2_000_000, pauseAtBytes: 500_000 };
  const blob = Buffer.alloc(200_000);
  const { server, port } = await serve(t, { look: () => blob }, { logger, limits });
  const peer = await rawPeer(t, port);
  peer.socket.pause();
  peer.send(helloBytes());
  // In one write: what the server has read it must answer, paused or not.
  peer.send(...Array.from({ length: 500 }, (_, n) => callBytes('look', n + 1, 1)));
  await until(() => server.stats().connections === 0, 'the server to give up');
  assert.equal(server.stats().inFlight, 0);
});

test('pauseAtBytes: a peer that reads late gets every answer, and its requests wait meanwhile', async (t) => {
  let handled = 0;
  const blob = Buffer.alloc(100_000);
  const { port } = await serve(
    t,
    {
      look: () => {
        handled += 1;
        return blob;
      },
    },
    { limits: { pauseAtBytes: 200_000 } },
  );
  const peer = await rawPeer(t, port);
  peer.socket.pause();
  peer.send(helloBytes());
  const count = 400;
  for (let n = 1; n <= count; n += 1) {
    peer.send(callBytes('look', n, 'x'.repeat(5_000)));
    if (n % 10 === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  await new Promise((resolve) => setTimeout(resolve, 150));
  assert.ok(handled < count, `${handled} of ${count} handled for a peer that does not read`);
  peer.socket.resume();
  await until(() => peer.frames.filter(({ type }) => type === FRAME.response).length === count, 'all answers');
});

test('the client’s own send buffer is bounded, and says so', async (t) => {
  const { port } = await serve(t, {
    pay: (_, ctx) => new Promise((_resolve, reject) => ctx.signal.addEventListener('abort', reject)),
  });
  const client = connect(t, `tcp://127.0.0.1:${port}`, { ...once, limits: { maxSendBufferBytes: 2_000_000 } });
  await client.$.ready();
  const results = Promise.all(
    Array.from({ length: 100 }, () => client.pay.safe(Buffer.alloc(100_000), { timeoutMs: 300 })),
  );
  const refused = (await results).filter(({ error }) => error?.reason === 'send_buffer_full');
  assert.ok(refused.length > 0);
  assert.ok(
    refused.every(({ error }) => error?.delivery === 'unsent' && /maxSendBufferBytes 2000000/.test(error.message)),
  );
});

test('an answer never made, or made twice, ends the connection of the server that sends it', async (t) => {
  const { port } = await serve(t);
  const peer = await rawPeer(t, port);
  peer.send(helloBytes(), frameBytes(FRAME.response, 0, 1, 0));
  await until(() => peer.closed, 'the server to hang up');
});

import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { createClient, createServer, type ServerContext, type ServerOptions } from 'cmdrpc';
import { contract } from 'cmdrpc/contract';
import { silentLogger } from '../../src/core/logger.ts';
import { seeded } from '../../src/testing/seeded.ts';
import { gate, listening, until } from '../fixture.ts';
import { packetOf, Tap } from './wire-tap.ts';

const serve = async (t: TestContext, options: ServerOptions = {}) => {
  const events: unknown[] = [];
  const produced = { count: 0 };
  const held = gate();
  const logger = listening();
  const server = createServer({ nest: { envelope: false }, logger, ...options })
    .on('echo', (data: unknown) => data)
    .on('note', (data: unknown) => void events.push(data))
    .on('held', () => held.passed)
    .on('large', () => 'x'.repeat(256 * 1024))
    .on('endless', async function* (size: number, ctx: ServerContext) {
      for (;;) {
        if (ctx.signal.aborted) return;
        produced.count += 1;
        yield 'x'.repeat(size);
      }
    });
  const { port } = await server.listen({ host: '127.0.0.1', port: 0 });
  t.after(() => {
    held.open();
    return server.close({ drainMs: 1 });
  });
  const tap = async (): Promise<Tap> => {
    const peer = await Tap.connect(port);
    t.after(() => peer.end());
    return peer;
  };
  return { server, port, tap, events, produced, held, logger };
};

const request = (pattern: string, data: unknown, id: unknown) => packetOf({ pattern, data, id });

const echoed = async (peer: Tap, id: string): Promise<void> => {
  peer.received = '';
  peer.socket.write(request('echo', 1, id));
  await peer.until((text) => text.includes(`"id":"${id}"`));
  assert.ok(peer.received.includes(`"id":"${id}"`));
};

const BROKEN: Readonly<Record<string, readonly [string | Buffer, RegExp]>> = {
  'a declared length over the limit': ['4194305#', /over maxFrameBytes 4194304/],
  'a length of 400 digits': ['9'.repeat(400), /over 10 digits/],
  'a stray HTTP request': ['GET / HTTP/1.1\r\nhost: x\r\n\r\n', /speaks no wire/],
  'a header that is no number': ['5x#{}', /holds byte 0x78/],
  'JSON cut short': ['5#{"a":', /not JSON/],
  'bytes that are no text': [Buffer.from([0x33, 0x23, 0x22, 0xff, 0x22]), /not UTF-8/],
  'an id nested too deep': [
    packetOf({ pattern: 'echo', id: JSON.parse('['.repeat(100) + ']'.repeat(100)) }),
    /maxDepth 64/,
  ],
};

for (const [name, [bytes, reason]] of Object.entries(BROKEN)) {
  test(`${name} is refused at once, and the log says why`, async (t) => {
    const { tap, logger } = await serve(t);
    const peer = await tap();
    peer.socket.write(bytes);
    await peer.until(() => false);
    const told = (): Error | undefined =>
      logger.lines.flatMap(({ fields, message }) =>
        message.includes('protocol error') && 'err' in fields && fields.err instanceof Error ? [fields.err] : [],
      )[0];
    await until(() => told() !== undefined, 'the log line');
    assert.match(told()?.message ?? '', reason);
  });
}

test('nothing behind a corrupt frame runs, in the same segment or a later one', async (t) => {
  const { tap, events } = await serve(t);
  const peer = await tap();
  const note = (data: unknown) => packetOf({ pattern: 'note', data });
  peer.socket.write(`${note('before')}abc#{}${note('behind')}`);
  peer.socket.write(note('later'));
  await peer.until(() => false);
  assert.deepEqual(events, ['before']);
});

test('half a packet and silence end the connection', async (t) => {
  const { tap, logger } = await serve(t, { limits: { partialFrameMs: 40 } });
  const peer = await tap();
  await echoed(peer, 'whole');
  peer.socket.write('100#{"pattern"');
  await peer.until(() => false);
  assert.ok(logger.lines.some(({ fields }) => (fields as { limit?: string }).limit === 'partialFrameMs'));
});

test('a connection without calls is kept open, since Nest has no sign of life', async (t) => {
  const { server, port, tap } = await serve(t, { limits: { idleMs: 40 } });
  const peer = await tap();
  await echoed(peer, 'first');
  const native = createClient(contract('none', { version: '1.0.0' }, {}), { target: `tcp://127.0.0.1:${port}` });
  t.after(() => native.$.close());
  await native.$.ready();
  let closed = 0;
  await until(() => {
    closed += server.stats().connections === 1 ? 1 : 0;
    return closed > 0;
  }, 'the native connection to be closed for idleness');
  await echoed(peer, 'second');
});

test('a peer that never reads is dropped at maxSendBufferBytes, and others are served', async (t) => {
  const { server, tap } = await serve(t, { limits: { maxSendBufferBytes: 2 * 1024 * 1024 } });
  const deaf = await tap();
  deaf.socket.pause();
  const other = await tap();
  const ask = Array.from({ length: 20 }, (_, at) => request('large', at, at)).join('');
  let at = 0;
  while (server.stats().connections === 2) {
    if (!deaf.socket.destroyed) deaf.socket.write(ask);
    at += 1;
    await echoed(other, `e${at}`);
  }
  assert.equal(server.stats().connections, 1);
});

test('an endless stream neither starves other callers nor outruns a reader that stops', async (t) => {
  const { tap, produced } = await serve(t);
  const reader = await tap();
  reader.send({ pattern: 'endless', data: 10, id: 's' });
  await reader.until((text) => text.length > 100_000);
  const other = await tap();
  const startedMs = performance.now();
  for (let at = 0; at < 50; at += 1) await echoed(other, `e${at}`);
  assert.ok(performance.now() - startedMs < 5_000);

  reader.socket.pause();
  let before = -1;
  await until(() => {
    const stands = produced.count === before;
    before = produced.count;
    return stands;
  }, 'the handler to stop producing');
  await echoed(other, 'last');
  reader.end();
});

test('a stream of 200 000 values arrives whole and in order while another caller is answered', async (t) => {
  const server = createServer({ nest: { envelope: false } })
    .on('count', async function* (upTo: number) {
      for (let at = 0; at < upTo; at += 1) yield at;
    })
    .on('echo', (data: unknown) => data);
  const { port } = await server.listen({ host: '127.0.0.1', port: 0 });
  t.after(() => server.close({ drainMs: 1 }));
  const reader = await Tap.connect(port);
  t.after(() => reader.end());
  let bytes = 0;
  let tail = '';
  reader.socket.removeAllListeners('data');
  reader.socket.on('data', (text: string) => {
    bytes += text.length;
    tail = (tail + text).slice(-100);
  });
  reader.send({ pattern: 'count', data: 200_000, id: 's' });
  const other = await Tap.connect(port);
  t.after(() => other.end());
  let answered = 0;
  while (!tail.includes('isDisposed')) {
    await echoed(other, `e${answered}`);
    answered += 1;
  }
  assert.match(tail, /{"response":199999,"isDisposed":true,"id":"s"}$/);
  const values = Array.from({ length: 200_000 }, (_, at) => packetOf({ response: at, id: 's' }).length);
  assert.equal(bytes, values.reduce((sum, each) => sum + each, 0) + ',"isDisposed":true'.length);
  assert.ok(answered > 20, `only ${answered} echoes were answered meanwhile`);
});

test('calls and streams over the limits of a connection are refused, naming the option', async (t) => {
  const { tap } = await serve(t, { limits: { maxInFlightPerConnection: 2, maxStreamsPerConnection: 1 } });
  const calls = await tap();
  calls.send({ pattern: 'held', id: 1 }, { pattern: 'held', id: 2 }, { pattern: 'held', id: 3 });
  assert.match((await calls.packets(1))[0] ?? '', /"code":"overloaded".*maxInFlightPerConnection.*"id":3/);
  const streams = await tap();
  streams.send({ pattern: 'endless', data: 1_000, id: 'a' }, { pattern: 'endless', data: 1_000, id: 'b' });
  const text = await streams.until((received) => received.includes('"id":"b"'));
  assert.match(text, /"code":"overloaded".*maxStreamsPerConnection.*"id":"b"/);
});

test('a hundred thousand tiny packets are survived, and the request behind them is answered', async (t) => {
  const { tap } = await serve(t, { logger: silentLogger });
  const peer = await tap();
  peer.socket.write('1#1'.repeat(100_000));
  await echoed(peer, 'after');
});

test('a packet nested a hundred thousand deep is answered', async (t) => {
  const { tap } = await serve(t);
  const peer = await tap();
  const deep = '['.repeat(100_000) + ']'.repeat(100_000);
  const json = `{"pattern":"echo","data":${deep},"id":"deep"}`;
  peer.socket.write(`${json.length}#${json}`);
  const text = await peer.until((received) => received.includes('"id":"deep"'));
  assert.match(text, /"code":"decode_failed".*maxDepth 64/);
});

test('metadata over the limits is answered with the option it is over', async (t) => {
  const { tap } = await serve(t, { limits: { maxHeaders: 2 } });
  const peer = await tap();
  peer.send({ pattern: 'echo', data: 1, metadata: { a: '1', b: '2', c: '3' }, id: 'm' });
  assert.match((await peer.packets(1))[0] ?? '', /over maxHeaders 2/);
});

test('no damage to the bytes of a connection harms another', async (t) => {
  const { server, tap } = await serve(t);
  const seed = 20_261_124;
  const random = seeded(seed);
  const whole = Buffer.from(
    [
      request('echo', { 이름: '😀' }, 'a'),
      packetOf({ pattern: 'note', data: [1, [2]] }),
      request('{"cmd":"nope"}', null, 7),
      packetOf({ pattern: 'echo', data: 1, metadata: { traceparent: 'x' }, id: {} }),
    ].join(''),
  );
  const witness = await tap();
  for (let round = 0; round < 150; round += 1) {
    const bytes = Buffer.from(whole);
    for (let flips = Math.floor(random() * 5); flips >= 0; flips -= 1) {
      bytes[Math.floor(random() * bytes.length)] = Math.floor(random() * 256);
    }
    const peer = await tap();
    peer.socket.write(bytes.subarray(0, Math.floor(random() * bytes.length)));
    peer.socket.end();
    if (round % 10 === 0) await echoed(witness, `w${round}`);
  }
  await echoed(witness, 'end');
  await until(() => server.stats().connections === 1, `all but one connection to close (seed ${seed})`);
  assert.equal(server.stats().inFlight, 0);
});

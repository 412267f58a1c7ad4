import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { seeded } from '../../testing/seeded.ts';
import { Outgoing } from '../outgoing.ts';
import { ProtocolError } from '../protocol-error.ts';
import { FRAME, type FrameView, HEADER_BYTES, MAGIC } from './frame.ts';
import { FrameDecoder, type FramingLimits } from './framing.ts';
import { writeFrame, writeHello } from './write.ts';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

const LIMITS: FramingLimits = { maxFrameBytes: 1 << 20, maxHelloBytes: 1_000 };

interface Frame {
  readonly type: number;
  readonly callId: number;
  readonly aux: number;
  readonly body: Buffer;
}

const hello = (): Buffer => {
  const out = new Outgoing();
  writeHello(out, Buffer.from([0x80]));
  return Buffer.concat(out.take());
};

const bytesOf = (frames: readonly Frame[]): Buffer => {
  const out = new Outgoing();
  for (const { type, callId, aux, body } of frames) writeFrame(out, type, 0, callId, aux, body);
  return Buffer.concat([hello(), ...out.take()]);
};

const decoderInto = (frames: Frame[], limits = LIMITS) =>
  new FrameDecoder(limits, {
    onFrame: ({ type, callId, aux, buffer, start, end }) =>
      frames.push({ type, callId, aux, body: Buffer.from(buffer.subarray(start, end)) }),
  });

const someFrames = (random: () => number, count: number): Frame[] =>
  Array.from({ length: count }, () => ({
    type: 2 + Math.floor(random() * 11),
    callId: Math.floor(random() * 2 ** 32),
    aux: Math.floor(random() * 2 ** 32),
    body: Buffer.alloc(random() < 0.3 ? 0 : Math.floor(random() ** 4 * 20_000), Math.floor(random() * 256)),
  }));

test('any chunking of any sequence of frames decodes the same', () => {
  for (let round = 0; round < 150; round += 1) {
    const seed = 1_000 + round;
    const random = seeded(seed);
    const sent = someFrames(random, 1 + Math.floor(random() * 30));
    const bytes = bytesOf(sent);
    const seen: Frame[] = [];
    const decoder = decoderInto(seen);
    const size = 1 + Math.floor(random() ** 3 * 5_000);
    for (let at = 0; at < bytes.length; ) {
      const end = Math.min(bytes.length, at + 1 + Math.floor(random() * size));
      // A copy, as a socket gives: nothing may depend on what lies beside the chunk.
      decoder.feed(Buffer.from(bytes.subarray(at, end)));
      at = end;
    }
    assert.deepEqual(seen.slice(1), sent, `seed ${seed}`);
    assert.equal(decoder.heldBytes, 0, `seed ${seed}`);
  }
});

test('one byte at a time decodes the same', () => {
  const sent = someFrames(seeded(7), 20);
  const seen: Frame[] = [];
  const decoder = decoderInto(seen);
  for (const byte of bytesOf(sent)) decoder.feed(Buffer.from([byte]));
  assert.deepEqual(seen.slice(1), sent);
});

test('a hundred thousand frames in one chunk cost the stack of one', () => {
  const bytes = bytesOf(
    Array.from({ length: 100_000 }, (_, id) => ({ type: FRAME.ping, callId: id, aux: 0, body: Buffer.alloc(0) })),
  );
  const depths = new Set<number>();
  let count = 0;
  const decoder = new FrameDecoder(LIMITS, {
    onFrame: () => {
      count += 1;
      if (count % 33_333 === 0) depths.add((new Error('depth').stack ?? '').split('\n').length);
    },
  });
  decoder.feed(bytes);
  assert.equal(count, 100_001);
  assert.equal(depths.size, 1);
});

const header = (bodyBytes: number, type: number, callId: number): Buffer => {
  const bytes = Buffer.alloc(HEADER_BYTES);
  bytes.writeUInt32BE(bodyBytes, 0);
  bytes[4] = type;
  bytes.writeUInt32BE(callId, 8);
  return bytes;
};

test('a declared length over the limit is refused with the header, before a byte of the body', () => {
  const cases: [name: string, bytes: Buffer, message: RegExp][] = [
    [
      'frame',
      Buffer.concat([hello(), header(LIMITS.maxFrameBytes + 1, FRAME.request, 1)]),
      /over maxFrameBytes 1048576/,
    ],
    ['huge', Buffer.concat([hello(), header(0xffffffff, FRAME.request, 1)]), /4294967295 bytes is over maxFrameBytes/],
    ['HELLO', header(1_001, FRAME.hello, MAGIC), /HELLO of 1001 bytes is over maxHelloBytes 1000/],
    ['GOAWAY in its place', header(1_001, FRAME.goaway, 0), /over maxHelloBytes 1000/],
  ];
  for (const [name, bytes, message] of cases) {
    for (const size of [bytes.length, 1, 7]) {
      const decoder = decoderInto([]);
      assert.throws(
        () => {
          for (let at = 0; at < bytes.length; at += size) decoder.feed(bytes.subarray(at, at + size));
        },
        (error) => error instanceof ProtocolError && message.test(error.message),
        `${name} by ${size}`,
      );
    }
  }
});

test('nothing is allocated from a declared length', () => {
  const promise = Buffer.concat([hello(), header(LIMITS.maxFrameBytes, FRAME.request, 1)]);
  const before = process.memoryUsage().arrayBuffers;
  const decoders = Array.from({ length: 500 }, () => {
    const decoder = decoderInto([]);
    decoder.feed(promise);
    return decoder;
  });
  const grown = process.memoryUsage().arrayBuffers - before;
  assert.ok(grown < 10_000_000, `${grown} bytes for ${decoders.length} promises of 1 MiB`);
});

test('a frame sent byte by byte does not cost a buffer a byte', () => {
  const bodyBytes = 300_000;
  const decoder = decoderInto([]);
  decoder.feed(hello());
  decoder.feed(header(LIMITS.maxFrameBytes, FRAME.request, 1));
  collect();
  const before = process.memoryUsage().heapUsed;
  for (let sent = 0; sent < bodyBytes; sent += 1) decoder.feed(Buffer.from([1]));
  collect();
  // The bytes lie outside of the heap; what lies in it is an object for each piece.
  const grown = process.memoryUsage().heapUsed - before;
  assert.equal(decoder.heldBytes, HEADER_BYTES + bodyBytes);
  assert.ok(grown < 10 * bodyBytes, `${grown} bytes of heap to hold ${bodyBytes}`);
});

test('a connection begins with HELLO and its magic, or with GOAWAY in its place', () => {
  const strangers = ['GET / HTTP/1.1\r\n\r\n', '\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0', 'SSH-2.0-OpenSSH_9\r\n'];
  for (const text of strangers) {
    assert.throws(() => decoderInto([]).feed(Buffer.from(text)), /does not begin with a HELLO/);
  }
  assert.throws(() => decoderInto([]).feed(header(0, FRAME.hello, MAGIC + 1)), /does not begin with a HELLO/);
  assert.throws(() => decoderInto([]).feed(header(0, FRAME.request, 1)), /does not begin with a HELLO/);
  const seen: Frame[] = [];
  const decoder = decoderInto(seen);
  decoder.feed(Buffer.concat([header(0, FRAME.goaway, 0), hello()]));
  assert.deepEqual(
    seen.map(({ type }) => type),
    [FRAME.goaway, FRAME.hello],
  );
  const rude = decoderInto([]);
  rude.feed(header(0, FRAME.goaway, 0));
  assert.throws(() => rude.feed(header(0, FRAME.response, 1)), /does not begin with a HELLO/);
});

test('stopping drops the rest of the chunk and everything after', () => {
  const seen: number[] = [];
  const decoder: FrameDecoder = new FrameDecoder(LIMITS, {
    onFrame: ({ callId }) => {
      seen.push(callId);
      if (callId === 2) decoder.stop();
    },
  });
  const bytes = bytesOf([1, 2, 3].map((callId) => ({ type: FRAME.ping, callId, aux: 0, body: Buffer.alloc(0) })));
  decoder.feed(bytes.subarray(0, bytes.length - 3));
  decoder.feed(bytes.subarray(bytes.length - 3));
  assert.deepEqual(seen, [MAGIC, 1, 2]);
  assert.equal(decoder.heldBytes, 0);
});

test('a decoder keeps no chunk once its frames were given out', () => {
  let view: FrameView | undefined;
  const decoder = new FrameDecoder(LIMITS, {
    onFrame: (frame) => {
      view = frame;
    },
  });
  decoder.feed(bytesOf([{ type: FRAME.ping, callId: 1, aux: 0, body: Buffer.alloc(0) }]));
  assert.equal(view?.buffer.length, 0);
});

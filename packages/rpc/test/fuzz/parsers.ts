import { isDeepStrictEqual } from 'node:util';
import { DEFAULT_WIRE_LIMITS } from '../../src/wire/limits.ts';
import { FLAG, FRAME } from '../../src/wire/native/frame.ts';
import { FrameDecoder } from '../../src/wire/native/framing.ts';
import { decodeHello } from '../../src/wire/native/hello.ts';
import { decodeJson, decodePayload } from '../../src/wire/native/payload.ts';
import { positionalCodec } from '../../src/wire/native/positional/codec.ts';
import { readCallHead } from '../../src/wire/native/read-call.ts';
import { PacketDecoder } from '../../src/wire/nest/framing.ts';
import { readMetadata } from '../../src/wire/nest/metadata.ts';
import { parsePacket, readReply, readRequest } from '../../src/wire/nest/packet.ts';
import { cmdOfPacket } from '../../src/wire/nest/pattern.ts';
import { ProtocolError } from '../../src/wire/protocol-error.ts';
import { chunksOf, nativeInput, nestInput, payloadInput, type Random } from './inputs.ts';

const limits = { ...DEFAULT_WIRE_LIMITS, maxFrameBytes: 64 * 1024 };

/** As a contract would lay it out: every form there is. */
const laidOut = positionalCodec({
  kind: 'array',
  of: {
    kind: 'object',
    fields: [
      { name: 'a', optional: true, shape: { kind: 'nullable', of: { kind: 'string' } } },
      { name: 'b', optional: true, shape: { kind: 'array', of: { kind: 'number' } } },
      { name: 'c', optional: false, shape: { kind: 'integer' } },
      { name: 'd', optional: true, shape: { kind: 'oneOf', values: ['x', 'y'] } },
      { name: 'e', optional: true, shape: { kind: 'boolean' } },
    ],
  },
});

/** What a parser made of some bytes: values, then why it stopped. */
type Seen = unknown[];

/** A refusal is an answer; any other error is a finding. */
const refusable = (seen: Seen, read: () => unknown): boolean => {
  try {
    seen.push(read());
    return true;
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
    seen.push(`refused: ${error.message}`);
    return false;
  }
};

const native = (chunks: readonly Buffer[]): Seen => {
  const seen: Seen = [];
  const bound = new Map<number, string>();
  const decoder = new FrameDecoder(limits, {
    onFrame: (frame) => {
      const { type, flags, buffer, end } = frame;
      let { start } = frame;
      seen.push([type, flags, frame.cmd, frame.callId, frame.aux]);
      if (type === FRAME.hello) refusable(seen, () => decodeHello(frame));
      else if (type === FRAME.request || type === FRAME.event) {
        const head = readCallHead(frame, bound, limits);
        seen.push(head.cmd, head.headers);
        start = head.payloadStart;
      }
      const decode = (flags & FLAG.json) === 0 ? decodePayload : decodeJson;
      refusable(seen, () => decode(buffer, start, end, limits.maxDepth));
      refusable(seen, () => laidOut?.read(buffer, start, end));
    },
  });
  for (const chunk of chunks) if (!refusable(seen, () => feed(decoder, chunk))) return seen.filter(isSaid);
  seen.push(decoder.heldBytes > limits.maxFrameBytes + 16 ? 'holds too much' : 'waits');
  return seen.filter(isSaid);
};

const nest = (chunks: readonly Buffer[]): Seen => {
  const seen: Seen = [];
  const decoder = new PacketDecoder(limits.maxFrameBytes, (text, bytes) => {
    const { value, tooDeep } = parsePacket(text, limits.maxDepth);
    const { pattern, metadata, id } = readRequest(value);
    seen.push(bytes, tooDeep, id, cmdOfPacket(pattern), readMetadata(metadata, limits), readReply(value).last);
  });
  for (const chunk of chunks) if (!refusable(seen, () => feed(decoder, chunk))) return seen.filter(isSaid);
  return seen.filter(isSaid);
};

const FED = Symbol('fed');
const isSaid = (entry: unknown): boolean => entry !== FED;
const feed = (decoder: { feed(chunk: Buffer): void }, chunk: Buffer): typeof FED => {
  decoder.feed(chunk);
  return FED;
};

const payload = (bytes: Buffer): Seen => {
  const seen: Seen = [];
  refusable(seen, () => decodePayload(bytes, 0, bytes.length, limits.maxDepth));
  refusable(seen, () => decodeJson(bytes, 0, bytes.length, limits.maxDepth));
  return seen;
};

/** Bytes that a parser did not survive, and how. */
export interface Finding {
  readonly parser: string;
  readonly hex: string;
  readonly error: unknown;
}

/** One input for each parser. Each must read it or refuse it, and the same whatever the chunks are. */
export const fuzzParsers = (random: Random): Finding | undefined => {
  for (const [parser, read, bytes] of [
    ['native', native, nativeInput(random)],
    ['nest', nest, nestInput(random)],
    ['payload', (chunks: readonly Buffer[]) => payload(Buffer.concat(chunks)), payloadInput(random)],
  ] as const) {
    try {
      const whole = read([bytes]);
      const cut = read(chunksOf(random, bytes));
      if (whole.includes('holds too much')) throw new Error('parser holds more than its limit');
      // A limit is met at another byte when less is there to see, so what is said of it may differ.
      if (!isDeepStrictEqual(whole.map(withoutNumbers), cut.map(withoutNumbers))) {
        throw new Error(`chunks change the meaning: ${JSON.stringify(whole)} against ${JSON.stringify(cut)}`);
      }
    } catch (error) {
      return { parser, hex: bytes.toString('hex'), error };
    }
  }
  return undefined;
};

const withoutNumbers = (entry: unknown): unknown =>
  typeof entry === 'string' && entry.startsWith('refused: ') ? 'refused' : entry;

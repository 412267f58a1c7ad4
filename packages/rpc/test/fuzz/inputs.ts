import { callBytes, frameBytes, helloBytes } from '../../src/testing/raw-frames.ts';
import { encodeHello } from '../../src/wire/native/hello.ts';
import { encodePayload } from '../../src/wire/native/payload.ts';

/** Numbers in [0, 1). */
export type Random = () => number;

const below = (random: Random, end: number): number => Math.floor(random() * end);
const oneOf = <T>(random: Random, first: T, ...rest: readonly T[]): T => {
  const at = below(random, rest.length + 1);
  return at === 0 ? first : (rest[at - 1] ?? first);
};
const bytesOf = (random: Random, length: number): Buffer =>
  Buffer.from(Array.from({ length }, () => below(random, 256)));

const LENGTHS = [0, 1, 0xff, 0xffff, 0x7fffffff, 0xffffffff] as const;
const TEXTS = ['', 'look', '한국 😀', '\u0000', '__proto__', '\ud800', 'x'.repeat(300)] as const;

const anyValue = (random: Random, depth = 0): unknown => {
  const kind = below(random, depth > 4 ? 5 : 8);
  if (kind === 0) return oneOf<unknown>(random, null, true, -1, 2 ** 40, 1e300, Number.NaN);
  if (kind < 4) return oneOf(random, ...TEXTS);
  if (kind === 4) return bytesOf(random, below(random, 40));
  if (kind < 7) return Array.from({ length: below(random, 6) }, () => anyValue(random, depth + 1));
  return Object.fromEntries(TEXTS.map((text) => [text, anyValue(random, depth + 1)]));
};

/** A payload: honest, deep, with collections of giant or no length, of unknown types, or just bytes. */
export const payloadInput = (random: Random): Buffer => {
  const kind = below(random, 6);
  if (kind === 0) return bytesOf(random, below(random, 60));
  if (kind === 1) return Buffer.alloc(1 + below(random, 5_000), oneOf(random, 0x91, 0x81, 0xdc, 0xc7, 0xc1, 0x7b));
  if (kind === 2) {
    const head = Buffer.alloc(5);
    head[0] = oneOf(random, 0xdd, 0xdf, 0xdb, 0xc6, 0xc9);
    head.writeUInt32BE(oneOf(random, ...LENGTHS), 1);
    return Buffer.concat([head, bytesOf(random, below(random, 20))]);
  }
  return Buffer.from(encodePayload(anyValue(random)));
};

const nativeFrame = (random: Random, callId: number): Buffer => {
  const kind = below(random, 5);
  if (kind === 0)
    return frameBytes(below(random, 16), below(random, 256), callId, below(random, 1_000), payloadInput(random));
  if (kind === 1) {
    const bytes = frameBytes(2, 3, callId, 100, bytesOf(random, below(random, 80)));
    bytes.writeUInt32BE(oneOf(random, ...LENGTHS), 0);
    return bytes;
  }
  const custom = { [oneOf(random, ...TEXTS)]: oneOf(random, ...TEXTS) };
  const number = below(random, 4);
  return callBytes(oneOf(random, ...TEXTS), callId, anyValue(random), {
    flags: oneOf(random, 0, 0x04, 0x20, 0x40),
    headers: oneOf(random, undefined, { correlationId: 'c', custom }),
    cmd: { number, name: oneOf(random, undefined, Buffer.from('look')) },
  });
};

/** A connection's worth of the native wire, most often with a greeting first. */
export const nativeInput = (random: Random): Buffer => {
  const parts =
    random() < 0.95 ? [oneOf(random, helloBytes(), frameBytes(1, 0, 0x434d4452, 1, encodeHello(HELLO)))] : [];
  const frames = below(random, 6);
  for (let at = 0; at < frames; at += 1) parts.push(nativeFrame(random, at + 1));
  return damaged(random, Buffer.concat(parts), 32);
};

const HELLO = { versions: [1], name: '', features: ['x'], maxFrameBytes: 1 };

const nestPacket = (random: Random): Buffer => {
  const kind = below(random, 8);
  const deep = 1 + below(random, 3_000);
  const data = kind === 0 ? `${'['.repeat(deep)}${']'.repeat(deep)}` : (JSON.stringify(anyValue(random)) ?? '0');
  const id = oneOf(random, '', ',"id":"1"', ',"id":null', ',"id":{"a":[1]}');
  const json =
    kind === 1
      ? data.slice(1)
      : `{"pattern":${oneOf(random, '{"cmd":"look"}', '"look"', '7', '[]', data)},"data":${data}${id}}`;
  const length =
    kind === 2 ? oneOf(random, '', '0', '99999999999', '4194305', '-1', String(below(random, 99))) : json.length;
  return Buffer.concat([Buffer.from(`${length}#${json}`), kind === 3 ? bytesOf(random, 4) : Buffer.alloc(0)]);
};

/** A connection's worth of Nest packets. */
export const nestInput = (random: Random): Buffer =>
  damaged(random, Buffer.concat(Array.from({ length: 1 + below(random, 5) }, () => nestPacket(random))), 0);

/** Half of the time some bits are flipped, behind the first `spared` bytes more often, or the end is cut off. */
const damaged = (random: Random, bytes: Buffer, spared: number): Buffer => {
  if (random() < 0.5 || bytes.length === 0) return bytes;
  if (random() < 0.3) return bytes.subarray(0, below(random, bytes.length));
  for (let flips = 1 + below(random, 4); flips > 0; flips -= 1) {
    const from = random() < 0.9 && bytes.length > spared ? spared : 0;
    const at = from + below(random, bytes.length - from);
    bytes[at] = (bytes[at] ?? 0) ^ (1 << below(random, 8));
  }
  return bytes;
};

/** The same bytes in pieces: whole, one by one, or cut anywhere. */
export const chunksOf = (random: Random, bytes: Buffer): Buffer[] => {
  const largest = oneOf(random, bytes.length, 1, 7, 64, 1_500);
  const chunks: Buffer[] = [];
  for (let at = 0; at < bytes.length; ) {
    const end = Math.min(bytes.length, at + 1 + below(random, largest));
    chunks.push(bytes.subarray(at, end));
    at = end;
  }
  return chunks;
};

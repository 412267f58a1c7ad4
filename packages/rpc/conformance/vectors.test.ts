import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import type { JsonSchema } from '../src/contract/json-schema.ts';
import { shapeOf } from '../src/contract/shape.ts';
import { DEFAULT_WIRE_LIMITS } from '../src/wire/limits.ts';
import { FLAG, FRAME } from '../src/wire/native/frame.ts';
import { FrameDecoder } from '../src/wire/native/framing.ts';
import { decodePayload } from '../src/wire/native/payload.ts';
import { positionalCodec } from '../src/wire/native/positional/codec.ts';
import { ProtocolError } from '../src/wire/protocol-error.ts';
import { bytesOf, type Meaning, meaningOf } from './meaning.ts';

interface Vectors {
  readonly frames: readonly { readonly name: string; readonly hex: string; readonly meaning: Meaning }[];
  readonly positional: readonly {
    readonly name: string;
    readonly schema: JsonSchema;
    readonly value: unknown;
    readonly hex: string;
  }[];
  readonly notPositional: readonly { readonly name: string; readonly schema: JsonSchema }[];
  readonly refusedPayloads: readonly { readonly name: string; readonly hex: string; readonly because: string }[];
  readonly refusedConnections: readonly { readonly name: string; readonly hex: string; readonly because: string }[];
}

// A file of our own, in the shape it is declared with; the tests below fail on any other.
const vectors = JSON.parse(readFileSync(new URL('./vectors/native.json', import.meta.url), 'utf8')) as Vectors;

/** The greeting that a connection must begin with before anything else can be read. */
const greeting = Buffer.from(vectors.frames[0]?.hex ?? '', 'hex');

/** Each vector is read alone, as if the frames before it had bound these. */
const BOUND = [
  [1, 'sum'],
  [4, 'viewed'],
] as const;

const decoded = (bytes: Buffer): Meaning[] => {
  const seen: Meaning[] = [];
  const bound = new Map<number, string>(BOUND);
  new FrameDecoder(DEFAULT_WIRE_LIMITS, { onFrame: (view) => seen.push(meaningOf(view, bound)) }).feed(bytes);
  return seen;
};

for (const { name, hex, meaning } of vectors.frames) {
  test(`writes: ${name}`, () => assert.equal(bytesOf(meaning).toString('hex'), hex));
  test(`reads: ${name}`, () => {
    const bytes = Buffer.from(hex, 'hex');
    const seen = meaning.frame === 'hello' ? decoded(bytes) : decoded(Buffer.concat([greeting, bytes])).slice(1);
    assert.deepEqual(seen, [meaning]);
  });
}

for (const { name, schema, value, hex } of vectors.positional) {
  test(`lays out: ${name}`, () => {
    const shape = shapeOf(schema);
    const codec = shape === undefined ? undefined : positionalCodec(shape);
    assert.ok(codec);
    const buffer = Buffer.alloc(1_000);
    const end = codec.write(value, buffer, 0, buffer.length);
    assert.equal(buffer.subarray(0, end).toString('hex'), hex);
    assert.deepEqual(codec.read(buffer, 0, end), value);
  });
}

for (const { name, schema } of vectors.notPositional) {
  test(`has no layout: ${name}`, () => assert.equal(shapeOf(schema), undefined));
}

for (const { name, hex, because } of vectors.refusedPayloads) {
  test(`refuses the payload: ${name}`, () => {
    const bytes = Buffer.from(hex, 'hex');
    assert.throws(
      () => decodePayload(bytes, 0, bytes.length, DEFAULT_WIRE_LIMITS.maxDepth),
      (error) => error instanceof ProtocolError && error.message.includes(because),
    );
  });
}

for (const { name, hex, because } of vectors.refusedConnections) {
  test(`ends the connection: ${name}`, () => {
    assert.throws(
      () => decoded(Buffer.from(hex, 'hex')),
      (error) => error instanceof ProtocolError && error.message.includes(because),
    );
  });
}

test('there is a vector for every frame type and every flag', () => {
  const frames = new Set(vectors.frames.map(({ meaning }) => meaning.frame));
  for (const frame of Object.keys(FRAME)) assert.ok(frames.has(frame as keyof typeof FRAME), frame);
  const flags = new Set(vectors.frames.flatMap(({ meaning }) => meaning.flags));
  for (const flag of Object.keys(FLAG)) assert.ok(flags.has(flag as keyof typeof FLAG), flag);
});

test('every vector stands in the document that other languages are written from', () => {
  const document = readFileSync(new URL('../../../docs/wire-native.md', import.meta.url), 'utf8').replaceAll(
    /\s+/g,
    '',
  );
  for (const { name, hex } of vectors.frames) assert.ok(document.includes(hex), `${name} is missing`);
});

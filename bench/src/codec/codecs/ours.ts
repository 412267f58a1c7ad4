// The codec is no part of the library's public face, and measured through a socket it would be lost in the call.
import { contract, unary } from 'cmdrpc/contract';
import { commandShapes } from '../../../../packages/rpc/src/contract/command-shapes.ts';
import { decodePayload, encodePayload } from '../../../../packages/rpc/src/wire/native/payload.ts';
import { positionalCodec } from '../../../../packages/rpc/src/wire/native/positional/codec.ts';
import type { Codec } from '../codec.ts';
import type { Payload } from '../payloads.ts';

/** The default of `limits.maxDepth`. */
const MAX_DEPTH = 64;

/** More than the largest payload takes. */
const BLOCK_BYTES = 256 * 1024;

/** Between peers whose contracts differ, and for untyped patterns. */
export const byName: Codec = {
  name: 'cmdrpc-by-name',
  what: 'payloads where the contracts of the two sides differ: msgpackr maps, scanned for depth and length before they are decoded',
  tone: 'ours',
  make: () => ({
    encode: (value) => encodePayload(value) as Buffer,
    decode: (bytes) => decodePayload(bytes, 0, bytes.length, MAX_DEPTH),
  }),
};

/** Between peers of one contract: the usual case. */
export const byContract: Codec = {
  name: 'cmdrpc',
  what: 'payloads where both sides have the same contract: MessagePack arrays, written and read by code compiled from it, every byte checked against it',
  tone: 'ours',
  make(payload) {
    const codec = positionalCodec(shapeOf(payload));
    if (codec === undefined) throw new Error('this process must not generate code, so there is nothing to measure');
    const block = Buffer.allocUnsafe(BLOCK_BYTES);
    return {
      encode(value) {
        const end = codec.write(value, block, 0, BLOCK_BYTES);
        if (end < 0) throw new Error(`${payload.name} does not fit its shape or the block`);
        return block.subarray(0, end);
      },
      decode: (bytes) => codec.read(bytes, 0, bytes.length),
    };
  },
};

const shapeOf = ({ name, schema }: Payload) => {
  const carried = unary({ input: schema, output: schema });
  const { input } = commandShapes(contract('codec', { version: '1.0.0' }, { [name]: carried }), name);
  if (input === undefined) throw new Error(`the schema of ${name} leaves its form open`);
  return input;
};

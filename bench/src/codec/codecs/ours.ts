// The codec is no part of the library's public face, and measured through a socket it would be lost in the call.
import { decodePayload, encodePayload } from '../../../../packages/rpc/src/wire/native/payload.ts';
import type { Codec } from '../codec.ts';

/** The default of `limits.maxDepth`. */
const MAX_DEPTH = 64;

/** What every payload passes through, the scan of what a peer sent included. */
export const payload: Codec = {
  name: 'cmdrpc',
  what: 'the payload of the native wire: msgpackr maps, bytes of a peer scanned for depth and length before they are decoded',
  tone: 'ours',
  make: () => ({
    encode: (value) => encodePayload(value) as Buffer,
    decode: (bytes) => decodePayload(bytes, 0, bytes.length, MAX_DEPTH),
  }),
};

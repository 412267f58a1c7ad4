import type { Codec } from '../codec.ts';

export const json: Codec = {
  name: 'json',
  what: 'JSON.stringify and JSON.parse, to and from UTF-8 bytes',
  tone: 'rival',
  make: () => ({
    encode: (value) => Buffer.from(JSON.stringify(value)),
    decode: (bytes) => JSON.parse(bytes.toString()),
  }),
};

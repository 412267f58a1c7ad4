import { Packr } from 'msgpackr';
import type { Codec } from '../codec.ts';

/** Key names in every message. */
export const msgpackrMaps: Codec = {
  name: 'msgpackr',
  what: 'msgpackr maps, nothing checked',
  tone: 'limit',
  make() {
    const packr = new Packr({ useRecords: false });
    return { encode: (value) => packr.pack(value), decode: (bytes) => packr.unpack(bytes) };
  },
};

/** Key names once, then numbers: the bytes are those of the second message and every later one. */
export const msgpackrRecords: Codec = {
  name: 'msgpackr-records',
  what: 'msgpackr records, keys known from an earlier message; nothing checked, and code is built from what a peer sends',
  tone: 'limit',
  make() {
    const sender = new Packr({ sequential: true });
    const receiver = new Packr({ sequential: true });
    return { encode: (value) => sender.pack(value), decode: (bytes) => receiver.unpack(bytes) };
  },
};

import { Packr } from 'msgpackr';
import { type Codec, framedLimit } from './framed.ts';

/**
 * @param options makes the options of one codec. Records are known by number once both sides have seen them, so each
 * direction of each connection has a codec of its own, and each codec an object of its own: msgpackr keeps the
 * structures it learns in the very object it is given, and two codecs that share it take one's numbers for the other's.
 */
const packrOf = (options: () => ConstructorParameters<typeof Packr>[0]) => (): Codec => {
  const packr = new Packr(options());
  return { encode: (value) => packr.pack(value), decode: (body) => packr.unpack(body) };
};

/** Key names on the wire, as a payload has them that no contract describes. */
export const msgpackrMaps = framedLimit(
  { name: 'limit-msgpackr', what: 'length prefix and msgpackr maps, answers in order' },
  packrOf(() => ({ useRecords: false })),
);

/** Keys once a connection, then numbers; not safe against a hostile peer, who may make the reader build code. */
export const msgpackrRecords = framedLimit(
  {
    name: 'limit-msgpackr-records',
    what: 'length prefix and msgpackr records (keys once a connection), answers in order',
  },
  packrOf(() => ({ sequential: true })),
);

/** Thrown by writers and caught by whoever began. Made once: a stack for each would cost more than the message. */
export const MISFIT = new Error('value is not of the shape');
export const FULL = new Error('buffer is full');

/** Where the value being written stands; one for all writers, as in the reader. */
let bytes: Buffer = Buffer.alloc(0);
let at = 0;
let limit = 0;

/** Begins a message that may reach up to `stop`. */
export const open = (buffer: Buffer, start: number, stop: number): void => {
  bytes = buffer;
  at = start;
  limit = stop;
};

/** Where the message ends. */
export const close = (): number => at;

/** Texts up to here are written unit by unit, which is cheaper than leaving JavaScript. */
const SHORT = 40;

/** A string. Its header is as wide as its length could need, so that it is written before the bytes are counted. */
const str = (value: unknown): void => {
  if (typeof value !== 'string') throw MISFIT;
  const { length } = value;
  if (length <= SHORT) {
    // Three bytes a unit at most, so that the length fits one byte.
    if (at + 2 + length * 3 > limit) throw FULL;
    shortStr(value, length);
    return;
  }
  longStr(value, length);
};

const shortStr = (value: string, length: number): void => {
  const b = bytes;
  let to = at + 2;
  for (let index = 0; index < length; index += 1) {
    const unit = value.charCodeAt(index);
    if (unit < 0x80) b[to++] = unit;
    else if (unit < 0x800) {
      b[to++] = 0xc0 | (unit >> 6);
      b[to++] = 0x80 | (unit & 0x3f);
    } else if (unit >= 0xd800 && unit < 0xe000) {
      // A pair takes four bytes and a lone half becomes U+FFFD: rare, and Node knows how.
      to = at + 2 + b.write(value, at + 2);
      break;
    } else {
      b[to++] = 0xe0 | (unit >> 12);
      b[to++] = 0x80 | ((unit >> 6) & 0x3f);
      b[to++] = 0x80 | (unit & 0x3f);
    }
  }
  b[at] = 0xd9;
  b[at + 1] = to - at - 2;
  at = to;
};

const longStr = (value: string, length: number): void => {
  const most = length * 3;
  const header = most < 0x100 ? 2 : most < 0x10000 ? 3 : 5;
  const from = at + header;
  // Counted only where neither bound decides, a byte a unit or three: counting is a pass over the text.
  if (from + length > limit || (from + most > limit && from + Buffer.byteLength(value) > limit)) throw FULL;
  const written = bytes.write(value, from);
  bytes[at] = header === 2 ? 0xd9 : header === 3 ? 0xda : 0xdb;
  if (header === 2) bytes[at + 1] = written;
  else if (header === 3) {
    bytes[at + 1] = written >> 8;
    bytes[at + 2] = written;
  } else bytes.writeUInt32BE(written, at + 1);
  at = from + written;
};

const room = (count: number): void => {
  if (at + count > limit) throw FULL;
};

/** A whole number that JavaScript can hold exactly. */
const int = (value: unknown): void => {
  if (typeof value !== 'number' || !Number.isSafeInteger(value)) throw MISFIT;
  room(9);
  const b = bytes;
  if (value >= 0) {
    if (value < 0x80) b[at++] = value;
    else if (value < 0x10000) {
      b[at] = 0xcd;
      b[at + 1] = value >> 8;
      b[at + 2] = value;
      at += 3;
    } else if (value < 0x100000000) {
      b[at] = 0xce;
      b.writeUInt32BE(value, at + 1);
      at += 5;
    } else wide(0xcf, value);
  } else if (value >= -32) b[at++] = value;
  else if (value >= -0x80000000) {
    b[at] = 0xd2;
    b.writeInt32BE(value, at + 1);
    at += 5;
  } else wide(0xd3, value);
};

const wide = (head: number, value: number): void => {
  const high = Math.floor(value / 2 ** 32);
  bytes[at] = head;
  bytes.writeUInt32BE(high >>> 0, at + 1);
  bytes.writeUInt32BE(value - high * 2 ** 32, at + 5);
  at += 9;
};

/** Any number. */
const num = (value: unknown): void => {
  if (Number.isSafeInteger(value) && !Object.is(value, -0)) {
    int(value);
    return;
  }
  if (typeof value !== 'number') throw MISFIT;
  room(9);
  bytes[at] = 0xcb;
  bytes.writeDoubleBE(value, at + 1);
  at += 9;
};

const bool = (value: unknown): void => {
  if (typeof value !== 'boolean') throw MISFIT;
  room(1);
  bytes[at++] = value ? 0xc3 : 0xc2;
};

const nil = (): void => {
  room(1);
  bytes[at++] = 0xc0;
};

/** The index of a text in its list. */
const pick = (value: unknown, indexes: ReadonlyMap<unknown, number>): void => {
  const index = indexes.get(value);
  if (index === undefined) throw MISFIT;
  int(index);
};

/** The head of an array, or of an object's values. */
const list = (length: number): void => {
  room(5);
  const b = bytes;
  if (length < 16) b[at++] = 0x90 | length;
  else if (length < 0x10000) {
    b[at] = 0xdc;
    b[at + 1] = length >> 8;
    b[at + 2] = length;
    at += 3;
  } else {
    b[at] = 0xdd;
    b.writeUInt32BE(length, at + 1);
    at += 5;
  }
};

/** What generated code writes with. */
export const WRITERS = { MISFIT, str, int, num, bool, nil, pick, list };

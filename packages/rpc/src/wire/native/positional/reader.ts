import { ProtocolError } from '../../protocol-error.ts';

const EMPTY: Buffer = Buffer.alloc(0);

/**
 * Where the value being read stands. One for all readers: reading is synchronous and never nests, and a cursor of its
 * own per message would be garbage per message.
 */
let bytes = EMPTY;
let at = 0;
let end = 0;
let begin = 0;
let text: string | undefined;

/** Texts at least this long are cut out of one conversion of the whole message, when they are ASCII. */
const CUT_FROM = 12;
/** A cut-out text keeps all of its message alive, so only of a message as small as this. */
const CUT_MESSAGE_BYTES = 1_024;
const CUT_TO = 128;

/** Begins a message. */
export const open = (buffer: Buffer, start: number, stop: number): void => {
  bytes = buffer;
  begin = start;
  at = start;
  end = stop;
  text = undefined;
};

/** Ends a message. @throws {ProtocolError} bytes are left. */
export const close = (): void => {
  text = undefined;
  bytes = EMPTY;
  if (at !== end) throw new ProtocolError(`payload has ${end - at} bytes behind its value`);
};

const misfit = (what: string): never => {
  throw new ProtocolError(`payload does not have the contract's shape: ${what} expected`);
};

const cut = (): never => {
  throw new ProtocolError('payload ends inside a value');
};

const byte = (): number => {
  if (at >= end) cut();
  return bytes[at++] as number;
};

const uint16 = (): number => {
  if (at + 2 > end) cut();
  const value = ((bytes[at] as number) << 8) | (bytes[at + 1] as number);
  at += 2;
  return value;
};

const uint32 = (): number => {
  if (at + 4 > end) cut();
  const value = bytes.readUInt32BE(at);
  at += 4;
  return value;
};

/** A string. */
const str = (): string => {
  const head = byte();
  let length = 0;
  if (head === 0xd9) length = byte();
  else if ((head & 0xe0) === 0xa0) length = head & 0x1f;
  else if (head === 0xda) length = uint16();
  else if (head === 0xdb) length = uint32();
  else misfit('a string');
  const from = at;
  const to = from + length;
  if (to > end) cut();
  at = to;
  if (length > CUT_TO) return bytes.toString('utf8', from, to);
  let seen = 0;
  for (let index = from; index < to; index += 1) seen |= bytes[index] as number;
  if (seen >= 0x80) return length < 24 ? shortText(from, to) : bytes.toString('utf8', from, to);
  if (length < CUT_FROM) return shortAscii(from, length);
  if (end - begin > CUT_MESSAGE_BYTES) return bytes.toString('latin1', from, to);
  const whole = text ?? bytes.toString('latin1', begin, end);
  text = whole;
  return whole.substring(from - begin, to - begin);
};

/** Below the cost of leaving JavaScript. */
const shortAscii = (from: number, length: number): string => {
  if (length === 0) return '';
  const b = bytes;
  const a0 = b[from] as number;
  if (length === 1) return String.fromCharCode(a0);
  let value = '';
  let index = from;
  const to = from + length;
  for (; index + 4 <= to; index += 4) {
    value += String.fromCharCode(
      b[index] as number,
      b[index + 1] as number,
      b[index + 2] as number,
      b[index + 3] as number,
    );
  }
  for (; index < to; index += 1) value += String.fromCharCode(b[index] as number);
  return value;
};

const units: number[] = [];

/** UTF-8 of two and three bytes, which is all of Korean; anything else is left to Node. */
const shortText = (from: number, to: number): string => {
  const b = bytes;
  let count = 0;
  for (let index = from; index < to; ) {
    const first = b[index++] as number;
    if (first < 0x80) {
      units[count++] = first;
      continue;
    }
    const second = b[index++] as number;
    if (index > to || (second & 0xc0) !== 0x80) return b.toString('utf8', from, to);
    if (first >= 0xc2 && first < 0xe0) {
      units[count++] = ((first & 0x1f) << 6) | (second & 0x3f);
      continue;
    }
    const third = b[index++] as number;
    const unit = ((first & 0x0f) << 12) | ((second & 0x3f) << 6) | (third & 0x3f);
    const whole = index <= to && (first & 0xf0) === 0xe0 && (third & 0xc0) === 0x80;
    if (!whole || unit < 0x800 || (unit >= 0xd800 && unit < 0xe000)) return b.toString('utf8', from, to);
    units[count++] = unit;
  }
  units.length = count;
  return String.fromCharCode.apply(undefined, units);
};

/** A whole number that JavaScript can hold exactly. */
const int = (): number => {
  const head = byte();
  if (head < 0x80) return head;
  if (head >= 0xe0) return head - 0x100;
  return number(head, 'a whole number');
};

/** Any number. */
const num = (): number => {
  const head = byte();
  if (head < 0x80) return head;
  if (head >= 0xe0) return head - 0x100;
  if (head !== 0xcb) return number(head, 'a number');
  if (at + 8 > end) cut();
  const value = bytes.readDoubleBE(at);
  at += 8;
  return value;
};

const number = (head: number, what: string): number => {
  switch (head) {
    case 0xcc:
      return byte();
    case 0xcd:
      return uint16();
    case 0xce:
      return uint32();
    case 0xcf: {
      const value = uint32() * 2 ** 32 + uint32();
      return Number.isSafeInteger(value) ? value : misfit('a whole number below 2^53');
    }
    case 0xd0:
      return (byte() << 24) >> 24;
    case 0xd1:
      return (uint16() << 16) >> 16;
    case 0xd2:
      return uint32() | 0;
    case 0xd3: {
      const value = (uint32() | 0) * 2 ** 32 + uint32();
      return Number.isSafeInteger(value) ? value : misfit('a whole number above -2^53');
    }
    default:
      return misfit(what);
  }
};

const bool = (): boolean => {
  const head = byte();
  return head === 0xc3 ? true : head === 0xc2 ? false : misfit('a boolean');
};

/** Whether a nil stands here; it is taken if so. */
const nil = (): boolean => {
  if (at >= end) cut();
  if (bytes[at] !== 0xc0) return false;
  at += 1;
  return true;
};

/** One of a list, by its index. */
const pick = (values: readonly string[]): string => values[int()] ?? misfit('an index of a listed text');

/** Elements that follow. Never more than there are bytes: each takes one at least, so nothing is allocated on a claim. */
const list = (): number => {
  const head = byte();
  let length = 0;
  if ((head & 0xf0) === 0x90) length = head & 0x0f;
  else if (head === 0xdc) length = uint16();
  else if (head === 0xdd) length = uint32();
  else misfit('an array');
  if (length > end - at) throw new ProtocolError(`payload declares ${length} elements in ${end - at} bytes`);
  return length;
};

/** An object of exactly so many fields. */
const fields = (count: number): void => {
  if (list() !== count) misfit(`an object of ${count} fields`);
};

/** An object some of whose fields may be absent: which are there, and as many values as that makes. */
const presence = (required: number, optional: number): number => {
  const length = list();
  const mask = int();
  if (mask < 0 || mask >= 2 ** optional) misfit('which of the optional fields are there');
  let present = 0;
  for (let bits = mask; bits !== 0; bits &= bits - 1) present += 1;
  if (length !== 1 + required + present) misfit(`an object of ${required + present} fields`);
  return mask;
};

/** What generated code reads with. */
export const READERS = { str, int, num, bool, nil, pick, list, fields, presence };

import { CommandError, ProtocolError } from '../errors.ts';

/** Bytes of each element type with a fixed size. */
const FIXED: Readonly<Record<number, number>> = {
  1: 8, // double
  6: 0, // undefined
  7: 12, // object id
  8: 1, // boolean
  9: 8, // date
  10: 0, // null
  16: 4, // int
  17: 8, // timestamp
  18: 8, // long
  19: 16, // decimal
  127: 0, // max key
  255: 0, // min key
};
const CONTAINERS = new Set([3, 4]);

/**
 * Walks a BSON document by its lengths alone, without recursion, before anything is decoded from it.
 * @returns the offset after it
 * @throws {ProtocolError} when a length leads out of the document.
 * @throws {CommandError} `Overflow` when it is nested deeper than `maxDepth`.
 */
export function assertBsonBounds(bytes: Buffer, start: number, maxDepth: number): number {
  const ends = [documentEnd(bytes, start, bytes.byteLength)];
  let at = start + 4;
  for (;;) {
    const end = ends.at(-1);
    if (end === undefined) return at;
    const type = bytes[at++] ?? 0;
    if (type === 0) {
      if (at !== end) throw new ProtocolError(`a document ends ${end - at} bytes early`);
      ends.pop();
      if (ends.length === 0) return at;
      continue;
    }
    at = textEnd(bytes, at, end);
    if (CONTAINERS.has(type)) {
      ends.push(documentEnd(bytes, at, end));
      if (ends.length > maxDepth)
        throw new CommandError('Overflow', `BSONObj exceeds maximum nested object depth: ${maxDepth}`);
      at += 4;
    } else {
      at = valueEnd(bytes, type, at, end);
    }
    if (at >= end && ends.at(-1) === end) throw new ProtocolError('an element reaches beyond its document');
  }
}

function valueEnd(bytes: Buffer, type: number, at: number, end: number): number {
  const fixed = FIXED[type];
  if (fixed !== undefined) return at + fixed;
  switch (type) {
    case 2: // string
    case 13: // code
    case 14: // symbol
      return at + 4 + length(bytes, at, end, 1);
    case 5: // binary, with its subtype
      return at + 5 + length(bytes, at, end, 0);
    case 11: // pattern and flags
      return textEnd(bytes, textEnd(bytes, at, end), end);
    case 12: // pointer: a string and an object id
      return at + 4 + length(bytes, at, end, 1) + 12;
    case 15: // code with scope: its own length first
      return at + length(bytes, at, end, 14);
    default:
      throw new ProtocolError(`unknown BSON type ${type}`);
  }
}

function documentEnd(bytes: Buffer, at: number, limit: number): number {
  return at + length(bytes, at, limit, 5);
}

function length(bytes: Buffer, at: number, limit: number, minimum: number): number {
  if (at + 4 > limit) throw new ProtocolError('a length is cut off');
  const value = bytes.readInt32LE(at);
  if (value < minimum || at + value > limit)
    throw new ProtocolError(`a length of ${value} does not fit the ${limit - at} bytes left`);
  return value;
}

function textEnd(bytes: Buffer, at: number, limit: number): number {
  const end = bytes.indexOf(0, at);
  if (end < 0 || end >= limit) throw new ProtocolError('a name has no end');
  return end + 1;
}

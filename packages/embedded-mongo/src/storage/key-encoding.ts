import { Binary, Code, Timestamp } from 'bson';
import { dateMs, objectIdBytes, plainDocument, regexParts, TYPE_RANK, typeRank } from '../query/compare.ts';
import { encodeNumber } from './number-encoding.ts';

/** Direction of one field of an index. */
export type Direction = 1 | -1;

/**
 * Encodes one value so that memcmp of the bytes is the order of `compareBson`; -1 reverses it. An encoding ends itself
 * (none is a prefix of another), so the parts of a compound key are simply joined.
 * @see MongoDB's KeyString for the idea; the bytes are our own.
 */
export function encodeValue(value: unknown, direction: Direction = 1): Uint8Array {
  const parts: Uint8Array[] = [];
  write(parts, value);
  const bytes = Buffer.concat(parts);
  if (direction === -1) for (let i = 0; i < bytes.length; i++) bytes[i] = 255 - (bytes[i] ?? 0);
  return bytes;
}

/** Encodes the values of a compound key, one direction per field. */
export function encodeKey(values: readonly unknown[], directions: readonly Direction[]): Uint8Array {
  return Buffer.concat(values.map((value, i) => encodeValue(value, directions[i] ?? 1)));
}

/** The least byte string above every string that starts with `prefix`; undefined when there is none. */
export function prefixSuccessor(prefix: Uint8Array): Uint8Array | undefined {
  for (let end = prefix.length; end > 0; end--) {
    const last = prefix[end - 1] ?? 255;
    if (last < 255) {
      const bytes = Buffer.from(prefix.subarray(0, end));
      bytes[end - 1] = last + 1;
      return bytes;
    }
  }
  return undefined;
}

const END = Uint8Array.of(0);

function write(parts: Uint8Array[], value: unknown): void {
  const rank = typeRank(value);
  parts.push(Uint8Array.of(rank));
  writePayload(parts, rank, value);
}

function writePayload(parts: Uint8Array[], rank: number, value: unknown): void {
  switch (rank) {
    case TYPE_RANK.number:
      parts.push(encodeNumber(value));
      return;
    case TYPE_RANK.string:
      parts.push(encodeText(String(value)));
      return;
    case TYPE_RANK.boolean:
      parts.push(Uint8Array.of(value === true ? 1 : 0));
      return;
    case TYPE_RANK.date:
      parts.push(encodeInt64(BigInt(dateMs(value)) + (1n << 63n)));
      return;
    case TYPE_RANK.objectId:
      parts.push(objectIdBytes(value));
      return;
    case TYPE_RANK.binary:
      if (value instanceof Binary)
        parts.push(encodeLength(value.position), Uint8Array.of(value.sub_type), value.value());
      return;
    case TYPE_RANK.timestamp:
      if (value instanceof Timestamp) parts.push(encodeInt64(value.toBigInt()));
      return;
    case TYPE_RANK.regex:
      parts.push(...regexParts(value).map(encodeText));
      return;
    case TYPE_RANK.code:
      if (value instanceof Code) parts.push(encodeText(value.code));
      return;
    case TYPE_RANK.array:
      if (Array.isArray(value)) for (const item of value) write(parts, item);
      parts.push(END);
      return;
    case TYPE_RANK.document:
      for (const [name, field] of Object.entries(plainDocument(value))) {
        const fieldRank = typeRank(field);
        parts.push(Uint8Array.of(fieldRank), encodeText(name));
        writePayload(parts, fieldRank, field);
      }
      parts.push(END);
      return;
    default:
  }
}

/** UTF-8 with every zero byte escaped as 00 FF and a closing 00 00, so a shorter text sorts before its continuations. */
function encodeText(text: string): Uint8Array {
  if (!text.includes('\0')) return Buffer.concat([Buffer.from(text), Uint8Array.of(0, 0)]);
  const bytes: number[] = [];
  for (const byte of Buffer.from(text)) {
    bytes.push(byte);
    if (byte === 0) bytes.push(255);
  }
  return Uint8Array.from([...bytes, 0, 0]);
}

function encodeLength(length: number): Uint8Array {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(length);
  return bytes;
}

function encodeInt64(value: bigint): Uint8Array {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(BigInt.asUintN(64, value));
  return bytes;
}

import { ProtocolError } from '../errors.ts';
import { type BsonDocument, decodeDocument } from '../query/bson-document.ts';
import { assertBsonBounds } from './bson-bounds.ts';
import { HEADER_BYTES } from './framing.ts';

/** @see https://www.mongodb.com/docs/manual/reference/mongodb-wire-protocol/#op_msg */
export const OP_MSG = 2013;

const CHECKSUM_PRESENT = 1;
const MORE_TO_COME = 2;
/** The lower 16 flag bits must be understood, the upper ones may be ignored. */
const REQUIRED_FLAGS = 0xffff;

/** One request. */
export interface Request {
  readonly command: BsonDocument;
  /** False for an unacknowledged write (`w: 0`). */
  readonly wantsReply: boolean;
}

/**
 * Reads the body of an OP_MSG; document sequences become array fields of the command.
 * @throws {ProtocolError} for bytes that are not one. @throws {CommandError} `Overflow` for too deep a document.
 */
export function decodeOpMsg(message: Buffer, maxDepth: number): Request {
  if (message.byteLength < HEADER_BYTES + 4) throw new ProtocolError('OP_MSG without flags');
  const flags = message.readUInt32LE(HEADER_BYTES);
  const unknown = flags & REQUIRED_FLAGS & ~(CHECKSUM_PRESENT | MORE_TO_COME);
  if (unknown !== 0) throw new ProtocolError(`OP_MSG with unknown flags ${unknown}`);
  const end = message.byteLength - ((flags & CHECKSUM_PRESENT) === 0 ? 0 : 4);
  const bytes = message.subarray(0, end);
  let command: BsonDocument | undefined;
  const sequences: [name: string, documents: BsonDocument[]][] = [];
  for (let at = HEADER_BYTES + 4; at < end; ) {
    const kind = bytes[at++];
    if (kind === 0 && command === undefined) {
      const next = assertBsonBounds(bytes, at, maxDepth);
      command = decode(bytes.subarray(at, next));
      at = next;
    } else if (kind === 1) {
      const section = decodeSequence(bytes, at, maxDepth);
      sequences.push([section.name, section.documents]);
      at = section.end;
    } else {
      throw new ProtocolError(`OP_MSG with section kind ${kind} out of place`);
    }
  }
  if (command === undefined) throw new ProtocolError('OP_MSG without a command');
  for (const [name, documents] of sequences) {
    if (Object.hasOwn(command, name) || name === '__proto__')
      throw new ProtocolError('OP_MSG with a field given twice');
    command[name] = documents;
  }
  return { command, wantsReply: (flags & MORE_TO_COME) === 0 };
}

/** The OP_MSG that answers request `responseTo` with a BSON document. */
export function encodeOpMsg(responseTo: number, document: Uint8Array): Buffer {
  const message = Buffer.alloc(HEADER_BYTES + 5 + document.byteLength);
  message.writeInt32LE(message.byteLength, 0);
  message.writeInt32LE(responseTo, 8);
  message.writeInt32LE(OP_MSG, 12);
  message.set(document, HEADER_BYTES + 5);
  return message;
}

/** Decodes a document whose lengths were checked. */
export function decode(bytes: Uint8Array): BsonDocument {
  try {
    return decodeDocument(bytes);
  } catch (cause) {
    throw new ProtocolError('bytes that are not BSON', { cause });
  }
}

function decodeSequence(
  bytes: Buffer,
  start: number,
  maxDepth: number,
): { name: string; documents: BsonDocument[]; end: number } {
  if (start + 4 > bytes.byteLength) throw new ProtocolError('a document sequence is cut off');
  const size = bytes.readInt32LE(start);
  const end = start + size;
  if (size < 5 || end > bytes.byteLength)
    throw new ProtocolError(`a document sequence of ${size} bytes does not fit its message`);
  const nameEnd = bytes.indexOf(0, start + 4);
  if (nameEnd < 0 || nameEnd >= end) throw new ProtocolError('a document sequence without a name');
  const sequence = bytes.subarray(0, end);
  const documents: BsonDocument[] = [];
  for (let at = nameEnd + 1; at < end; ) {
    const next = assertBsonBounds(sequence, at, maxDepth);
    documents.push(decode(sequence.subarray(at, next)));
    at = next;
  }
  return { name: bytes.toString('utf8', start + 4, nameEnd), documents, end };
}

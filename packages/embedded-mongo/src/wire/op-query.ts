import { ProtocolError } from '../errors.ts';
import type { BsonDocument } from '../query/bson-document.ts';
import { assertBsonBounds } from './bson-bounds.ts';
import { HEADER_BYTES } from './framing.ts';
import { decode } from './op-msg.ts';

/** The legacy query; drivers still open a connection with it, since they do not know yet whom they talk to. */
export const OP_QUERY = 2004;
const OP_REPLY = 1;
const AWAIT_CAPABLE = 8;
const HANDSHAKES = new Set(['hello', 'isMaster', 'ismaster']);

/**
 * Reads a legacy query that is a handshake.
 * @throws {ProtocolError} for anything else: MongoDB removed the other uses in 6.0.
 */
export function decodeHandshake(message: Buffer, maxDepth: number): BsonDocument {
  const nameEnd = message.indexOf(0, HEADER_BYTES + 4);
  const at = nameEnd + 1 + 8;
  if (nameEnd < 0 || at + 5 > message.byteLength) throw new ProtocolError('OP_QUERY is cut off');
  if (!message.toString('utf8', HEADER_BYTES + 4, nameEnd).endsWith('.$cmd'))
    throw new ProtocolError('OP_QUERY on a collection is not supported');
  const command = decode(message.subarray(at, assertBsonBounds(message, at, maxDepth)));
  if (!HANDSHAKES.has(Object.keys(command)[0] ?? ''))
    throw new ProtocolError('OP_QUERY other than a handshake is not supported');
  return command;
}

/** The OP_REPLY that answers `responseTo` with one BSON document. */
export function encodeReply(responseTo: number, document: Uint8Array): Buffer {
  const message = Buffer.alloc(HEADER_BYTES + 20 + document.byteLength);
  message.writeInt32LE(message.byteLength, 0);
  message.writeInt32LE(responseTo, 8);
  message.writeInt32LE(OP_REPLY, 12);
  message.writeInt32LE(AWAIT_CAPABLE, HEADER_BYTES);
  message.writeInt32LE(1, HEADER_BYTES + 16);
  message.set(document, HEADER_BYTES + 20);
  return message;
}

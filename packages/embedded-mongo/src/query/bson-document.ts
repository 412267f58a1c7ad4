import { deserialize, serialize } from 'bson';

/** A document as the server holds it: numbers, binaries and the like are BSON objects, so no type is lost. */
export type BsonDocument = Record<string, unknown>;

/** Reads BSON keeping the type of every value; only strings, booleans, dates, null, arrays and documents become plain. */
export function decodeDocument(bytes: Uint8Array): BsonDocument {
  return deserialize(bytes, { promoteValues: false, promoteBuffers: false, bsonRegExp: true });
}

/** Writes a document as BSON; a plain number becomes an int where it fits and a double elsewhere. */
export function encodeDocument(document: BsonDocument): Uint8Array {
  return serialize(document, { ignoreUndefined: false });
}

/** Whether a value is an embedded document, as opposed to an array, a date or a BSON scalar. */
export function isDocument(value: unknown): value is BsonDocument {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

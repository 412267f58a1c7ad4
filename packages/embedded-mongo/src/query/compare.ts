import { Binary, BSONRegExp, BSONSymbol, Code, DBRef, MaxKey, MinKey, ObjectId, Timestamp } from 'bson';
import { type BsonDocument, isDocument } from './bson-document.ts';
import { compareNumbers, isNumeric } from './number-value.ts';

/** Rank of each BSON type in MongoDB's comparison order; also the type byte of an index key. */
export const TYPE_RANK = {
  minKey: 0x01,
  undefined: 0x05,
  null: 0x0a,
  number: 0x14,
  string: 0x1e,
  document: 0x28,
  array: 0x32,
  binary: 0x3c,
  objectId: 0x46,
  boolean: 0x50,
  date: 0x5a,
  timestamp: 0x64,
  regex: 0x6e,
  code: 0x78,
  maxKey: 0x7f,
} as const;

export type TypeRank = (typeof TYPE_RANK)[keyof typeof TYPE_RANK];

/**
 * The rank of a value's type in MongoDB's comparison order.
 * @see https://www.mongodb.com/docs/manual/reference/bson-type-comparison-order/
 */
export function typeRank(value: unknown): TypeRank {
  if (value === undefined) return TYPE_RANK.undefined;
  if (typeof value === 'string') return TYPE_RANK.string;
  if (typeof value === 'boolean') return TYPE_RANK.boolean;
  if (value === null) return TYPE_RANK.null;
  if (isNumeric(value)) return TYPE_RANK.number;
  if (Array.isArray(value)) return TYPE_RANK.array;
  if (value instanceof ObjectId) return TYPE_RANK.objectId;
  if (value instanceof Date) return TYPE_RANK.date;
  if (value instanceof Binary) return TYPE_RANK.binary;
  if (value instanceof BSONSymbol) return TYPE_RANK.string;
  if (value instanceof Timestamp) return TYPE_RANK.timestamp;
  if (value instanceof BSONRegExp || value instanceof RegExp) return TYPE_RANK.regex;
  if (value instanceof Code) return TYPE_RANK.code;
  if (value instanceof MinKey) return TYPE_RANK.minKey;
  if (value instanceof MaxKey) return TYPE_RANK.maxKey;
  return TYPE_RANK.document;
}

/** Compares two BSON values as MongoDB sorts them: by type, then by value; arrays and documents element by element. */
export function compareBson(a: unknown, b: unknown): number {
  const rank = typeRank(a);
  const byType = rank - typeRank(b);
  if (byType !== 0) return byType;
  switch (rank) {
    case TYPE_RANK.number:
      return compareNumbers(a, b);
    case TYPE_RANK.string:
      return compareStrings(String(a), String(b));
    case TYPE_RANK.boolean:
      return Number(a) - Number(b);
    case TYPE_RANK.date:
      return dateMs(a) - dateMs(b);
    case TYPE_RANK.objectId:
      return Buffer.compare(objectIdBytes(a), objectIdBytes(b));
    case TYPE_RANK.binary:
      return compareBinaries(a as Binary, b as Binary);
    case TYPE_RANK.timestamp:
      return (a as Timestamp).compare(b as Timestamp);
    case TYPE_RANK.array:
      return compareArrays(a as unknown[], b as unknown[]);
    case TYPE_RANK.document:
      return compareEntries(Object.entries(plainDocument(a)), Object.entries(plainDocument(b)));
    case TYPE_RANK.regex:
      return compareArrays(regexParts(a), regexParts(b));
    case TYPE_RANK.code:
      return compareStrings((a as Code).code, (b as Code).code);
    case TYPE_RANK.minKey:
    case TYPE_RANK.undefined:
    case TYPE_RANK.null:
    case TYPE_RANK.maxKey:
      return 0;
  }
}

/** Whether two values are the same to a query: 1 equals 1.0, and the order of a document's fields counts. */
export function equalBson(a: unknown, b: unknown): boolean {
  return compareBson(a, b) === 0;
}

/** Milliseconds of a date; a date outside what JavaScript can hold counts as the epoch, as `bson` writes it. */
export function dateMs(value: unknown): number {
  const ms = value instanceof Date ? value.getTime() : 0;
  return Number.isNaN(ms) ? 0 : ms;
}

/** A database reference as the document it is on the wire; any other value unchanged. */
export function plainDocument(value: unknown): BsonDocument {
  if (isDocument(value)) return value;
  if (value instanceof DBRef) {
    return {
      $ref: value.collection,
      $id: value.oid,
      ...(value.db === undefined ? {} : { $db: value.db }),
      ...value.fields,
    };
  }
  return {};
}

/** Pattern and flags of a regular expression value. */
export function regexParts(value: unknown): [string, string] {
  if (value instanceof BSONRegExp) return [value.pattern, value.options];
  if (value instanceof RegExp) return [value.source, value.flags];
  return ['', ''];
}

export function objectIdBytes(value: unknown): Uint8Array {
  return value instanceof ObjectId ? value.id : new Uint8Array(12);
}

function compareStrings(a: string, b: string): number {
  if (a === b) return 0;
  // JavaScript orders by UTF-16 unit, MongoDB by UTF-8 byte: they differ only where surrogates appear.
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

function compareBinaries(a: Binary, b: Binary): number {
  return a.position - b.position || a.sub_type - b.sub_type || Buffer.compare(a.value(), b.value());
}

function compareArrays(a: readonly unknown[], b: readonly unknown[]): number {
  for (let i = 0; i < a.length && i < b.length; i++) {
    const order = compareBson(a[i], b[i]);
    if (order !== 0) return order;
  }
  return a.length - b.length;
}

function compareEntries(a: readonly [string, unknown][], b: readonly [string, unknown][]): number {
  for (let i = 0; i < a.length && i < b.length; i++) {
    const [nameA, valueA] = a[i] ?? ['', undefined];
    const [nameB, valueB] = b[i] ?? ['', undefined];
    const order = typeRank(valueA) - typeRank(valueB) || compareStrings(nameA, nameB) || compareBson(valueA, valueB);
    if (order !== 0) return order;
  }
  return a.length - b.length;
}

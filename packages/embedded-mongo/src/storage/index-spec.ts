import { CommandError } from '../errors.ts';
import { type BsonDocument, decodeDocument, encodeDocument, isDocument } from '../query/bson-document.ts';
import { compileFilter, type Filter } from '../query/filter.ts';
import { promote } from '../query/promote.ts';
import type { Direction } from './key-encoding.ts';

/** A declared index as it is kept and listed. */
export interface IndexSpec {
  readonly name: string;
  readonly fields: readonly { readonly path: string; readonly direction: Direction }[];
  readonly unique: boolean;
  readonly sparse: boolean;
  readonly partial?: { readonly expression: BsonDocument; readonly filter: Filter };
  readonly expireAfterSeconds?: number;
  /** The document `listIndexes` answers and the file keeps. */
  readonly document: BsonDocument;
}

const MAX_FIELDS = 32;
const KNOWN_OPTIONS = new Set([
  'v',
  'key',
  'name',
  'unique',
  'sparse',
  'partialFilterExpression',
  'expireAfterSeconds',
  'background',
  'ns',
]);

/** The index every collection has. */
export function idIndexSpec(): IndexSpec {
  return parseIndexSpec({ v: 2, key: { _id: 1 }, name: '_id_' });
}

/**
 * Reads one entry of `createIndexes`.
 * @throws {CommandError} `CannotCreateIndex`, `InvalidIndexSpecificationOption` or `NotImplemented` naming what is wrong.
 */
export function parseIndexSpec(given: BsonDocument): IndexSpec {
  const unknown = Object.keys(given).find((option) => !KNOWN_OPTIONS.has(option));
  if (unknown !== undefined) {
    throw new CommandError(
      'InvalidIndexSpecificationOption',
      `The field '${unknown}' is not valid for an index specification of the embedded document server`,
    );
  }
  const key = given.key;
  if (!isDocument(key))
    throw new CommandError('FailedToParse', "The 'key' field is a required property of an index specification");
  const fields = parseFields(key);
  const name = given.name;
  if (typeof name !== 'string' || name === '')
    throw new CommandError('FailedToParse', "The 'name' field is a required property of an index specification");
  const isId = fields.length === 1 && fields[0]?.path === '_id';
  const sparse = Boolean(promote(given.sparse) ?? false);
  const expression = given.partialFilterExpression;
  const ttl = parseTtl(given.expireAfterSeconds, fields.length);
  if (expression !== undefined && !isDocument(expression))
    throw new CommandError('TypeMismatch', "'partialFilterExpression' must be an object");
  if (expression !== undefined && sparse)
    throw new CommandError('CannotCreateIndex', 'cannot mix "partialFilterExpression" and "sparse" options');
  if (isId && (expression !== undefined || ttl !== undefined))
    throw new CommandError('CannotCreateIndex', 'the _id index cannot be partial or expire');
  const unique = Boolean(promote(given.unique) ?? false);
  return {
    name,
    fields,
    unique: unique || isId,
    sparse,
    ...(expression === undefined ? {} : { partial: { expression, filter: compileFilter(expression) } }),
    ...(ttl === undefined ? {} : { expireAfterSeconds: ttl }),
    document: {
      v: 2,
      key,
      name,
      ...(unique && !isId ? { unique } : {}),
      ...(sparse ? { sparse } : {}),
      ...(expression === undefined ? {} : { partialFilterExpression: expression }),
      ...(ttl === undefined ? {} : { expireAfterSeconds: ttl }),
    },
  };
}

/** Whether two index documents declare the same, field order of the key included. */
export function sameSpec(a: IndexSpec, b: IndexSpec): boolean {
  return Buffer.compare(optionBytes(a), optionBytes(b)) === 0;
}

export function encodeSpec(spec: IndexSpec): Uint8Array {
  return encodeDocument(spec.document);
}

export function decodeSpec(bytes: Uint8Array): IndexSpec {
  return parseIndexSpec(decodeDocument(bytes));
}

function optionBytes({ document }: IndexSpec): Uint8Array {
  const key = Object.entries(isDocument(document.key) ? document.key : {}).map(([path, direction]) => [
    path,
    promote(direction),
  ]);
  return encodeDocument({ ...document, key, name: '' });
}

function parseFields(key: BsonDocument): IndexSpec['fields'] {
  const entries = Object.entries(key);
  if (entries.length === 0) throw new CommandError('CannotCreateIndex', 'Index keys cannot be empty.');
  if (entries.length > MAX_FIELDS)
    throw new CommandError('CannotCreateIndex', `index has ${entries.length} fields, the limit is ${MAX_FIELDS}`);
  return entries.map(([path, value]) => {
    const direction = promote(value);
    if (typeof direction === 'string')
      throw new CommandError(
        'NotImplemented',
        `'${direction}' indexes are not supported by the embedded document server`,
      );
    if (typeof direction !== 'number' || !(direction !== 0)) {
      throw new CommandError('CannotCreateIndex', `Values in the index key pattern must be non-zero numbers: ${path}`);
    }
    if (path.split('.').some((name) => name === '' || name.startsWith('$'))) {
      throw new CommandError(
        path.includes('$**') ? 'NotImplemented' : 'CannotCreateIndex',
        `Index key field '${path}' is not supported`,
      );
    }
    return { path, direction: direction < 0 ? -1 : 1 };
  });
}

function parseTtl(value: unknown, fieldCount: number): number | undefined {
  if (value === undefined) return undefined;
  const seconds = promote(value);
  if (typeof seconds !== 'number') throw new CommandError('TypeMismatch', "'expireAfterSeconds' must be a number");
  if (!(seconds >= 0 && seconds <= 2_147_483_647)) {
    throw new CommandError(
      'CannotCreateIndex',
      `TTL index 'expireAfterSeconds' option must be within 0 and 2147483647, got ${seconds}`,
    );
  }
  if (fieldCount > 1)
    throw new CommandError(
      'CannotCreateIndex',
      'TTL indexes are single-field indexes, compound indexes do not support TTL.',
    );
  return seconds;
}

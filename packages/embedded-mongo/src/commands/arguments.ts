import { Long } from 'bson';
import { CommandError } from '../errors.ts';
import { type BsonDocument, isDocument } from '../query/bson-document.ts';
import { promote } from '../query/promote.ts';
import type { Collection } from '../storage/catalog.ts';
import type { CommandContext } from './command.ts';

/** The collection a command names in its first field; undefined when it does not exist. */
export function namedCollection(
  command: BsonDocument,
  field: string,
  { store, db }: CommandContext,
): Collection | undefined {
  return store.catalog.find(db, collectionName(command, field));
}

export function collectionName(command: BsonDocument, field: string): string {
  const name = command[field];
  if (typeof name === 'string' && name !== '') return name;
  throw new CommandError('InvalidNamespace', `collection name has invalid type or is empty in '${field}'`);
}

export function documentArgument(command: BsonDocument, field: string): BsonDocument | undefined {
  const value = command[field];
  if (value === undefined || value === null) return undefined;
  if (isDocument(value)) return value;
  throw new CommandError('TypeMismatch', `BSON field '${field}' is the wrong type, expected type 'object'`);
}

/** A whole number within the safe range; negative ones only where the caller allows them. */
export function integerArgument(command: BsonDocument, field: string, minimum = 0): number | undefined {
  const value = promote(command[field]);
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'number') {
    throw new CommandError('TypeMismatch', `BSON field '${field}' is the wrong type, expected a number within 2^53`);
  }
  const whole = Math.trunc(value);
  if (whole < minimum) {
    throw new CommandError('BadValue', `BSON field '${field}' value must be >= ${minimum}, actual value '${whole}'`);
  }
  return whole;
}

export function booleanArgument(command: BsonDocument, field: string): boolean | undefined {
  const value = promote(command[field]);
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'boolean' || typeof value === 'number') return Boolean(value);
  throw new CommandError('TypeMismatch', `BSON field '${field}' is the wrong type, expected type 'bool'`);
}

export function listArgument(command: BsonDocument, field: string): readonly unknown[] {
  const value = command[field];
  if (Array.isArray(value)) return value;
  throw new CommandError(
    value === undefined ? 'Location40414' : 'TypeMismatch',
    `BSON field '${field}' is missing or not an array`,
  );
}

export function documentListArgument(command: BsonDocument, field: string): readonly BsonDocument[] {
  return listArgument(command, field).map((item) => {
    if (isDocument(item)) return item;
    throw new CommandError('TypeMismatch', `every entry of '${field}' must be an object`);
  });
}

/** A cursor id. */
export function longArgument(value: unknown): bigint {
  if (value instanceof Long) return value.toBigInt();
  const number = promote(value);
  if (Number.isInteger(number)) return BigInt(Number(number));
  throw new CommandError('TypeMismatch', 'a cursor id must be a long');
}

/**
 * Refuses a field of a command, a statement or an option document that nobody would look at.
 * @throws {CommandError} `Location40415`, the code MongoDB answers unknown fields with.
 */
export function assertOnlyFields(document: BsonDocument, fields: readonly string[], where: string): void {
  const unknown = Object.keys(document).find((name) => !fields.includes(name));
  if (unknown !== undefined)
    throw new CommandError('Location40415', `BSON field '${where}.${unknown}' is an unknown field.`);
}

/** Only the simple (binary) collation exists here. */
export function assertSimpleCollation(options: BsonDocument): void {
  const collation = documentArgument(options, 'collation');
  if (collation !== undefined && collation.locale !== 'simple') {
    throw new CommandError(
      'NotImplemented',
      "collations other than {locale: 'simple'} are not supported by the embedded document server",
    );
  }
}

/**
 * A hint only steers the choice of an index, so it is checked and not obeyed.
 * @throws {CommandError} `BadValue` when no index is meant by it.
 */
export function assertHint(options: BsonDocument, collection: Collection | undefined): void {
  const hint = options.hint;
  if (hint === undefined || collection === undefined || (isDocument(hint) && Object.keys(hint).length === 0)) return;
  const wanted = isDocument(hint) ? keyText(hint) : undefined;
  const isNatural = isDocument(hint) && '$natural' in hint;
  const exists = collection.indexes.some(
    ({ spec }) => spec.name === hint || (isDocument(spec.document.key) && keyText(spec.document.key) === wanted),
  );
  if (!exists && !isNatural)
    throw new CommandError('BadValue', 'hint provided does not correspond to an existing index');
}

function keyText(key: BsonDocument): string {
  return JSON.stringify(Object.entries(key).map(([path, direction]) => [path, promote(direction)]));
}

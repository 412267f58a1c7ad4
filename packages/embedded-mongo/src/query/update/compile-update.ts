import { CommandError } from '../../errors.ts';
import { type BsonDocument, isDocument } from '../bson-document.ts';
import { equalBson } from '../compare.ts';
import { type ArrayFilters, expandPath } from './array-filters.ts';
import { UPDATE_OPERATORS, type UpdateMoment } from './operators.ts';

/** A compiled update: makes the new document out of the old one, which it may change. */
export interface Update {
  readonly isReplacement: boolean;
  readonly apply: (document: BsonDocument, at: UpdateMoment) => BsonDocument;
}

interface Change {
  readonly operator: string;
  readonly names: readonly string[];
  readonly operand: unknown;
}

/**
 * Compiles the update document of update and findAndModify.
 * @throws {CommandError} `FailedToParse` for an unknown operator, `ConflictingUpdateOperators` when two touch one path,
 * `NotImplemented` for a pipeline.
 */
export function compileUpdate(update: unknown, arrayFilters: ArrayFilters = new Map()): Update {
  if (Array.isArray(update)) {
    throw new CommandError(
      'NotImplemented',
      'pipeline-style updates are not supported by the embedded document server',
    );
  }
  if (!isDocument(update))
    throw new CommandError('FailedToParse', 'Update argument must be either an object or an array');
  if (!Object.keys(update)[0]?.startsWith('$')) return compileReplacement(update);
  const changes = parseChanges(update);
  return {
    isReplacement: false,
    apply: (document, at) => {
      const id = document._id;
      for (const { operator, names, operand } of changes) {
        for (const exact of expandPath(document, names, arrayFilters)) {
          UPDATE_OPERATORS[operator]?.(document, exact, structuredCopy(operand), at);
        }
      }
      if (id !== undefined && !equalBson(id, document._id)) throw immutableId();
      return document;
    },
  };
}

function compileReplacement(replacement: BsonDocument): Update {
  assertStorable(replacement);
  return {
    isReplacement: true,
    apply: (document) => {
      const id = document._id;
      if ('_id' in replacement && id !== undefined && !equalBson(id, replacement._id)) {
        throw immutableId("After applying the update, the (immutable) field '_id' was found to have been altered");
      }
      const { _id: own = id, ...fields } = replacement;
      return own === undefined ? fields : { _id: own, ...fields };
    },
  };
}

/**
 * Refuses field names that cannot be stored at the top of a document.
 * @throws {CommandError} `DollarPrefixedFieldName`
 */
function assertStorable(document: BsonDocument): void {
  const dollar = Object.keys(document).find((name) => name.startsWith('$'));
  if (dollar === undefined) return;
  throw new CommandError(
    'DollarPrefixedFieldName',
    `The dollar ($) prefixed field '${dollar}' in '${dollar}' is not allowed in the context of an update's replacement document.`,
  );
}

function parseChanges(update: BsonDocument): Change[] {
  const changes: Change[] = [];
  for (const [operator, fields] of Object.entries(update)) {
    if (!Object.hasOwn(UPDATE_OPERATORS, operator)) {
      throw new CommandError(
        'FailedToParse',
        `Unknown modifier: ${operator}. Expected a valid update modifier or pipeline-style update specified as an array`,
      );
    }
    if (!isDocument(fields)) {
      throw new CommandError('FailedToParse', `Modifiers operate on fields but we found another type for ${operator}`);
    }
    for (const [path, operand] of Object.entries(fields)) {
      changes.push({ operator, names: parsePath(path), operand });
      // $rename writes two paths, and neither may be touched by another operator.
      if (operator === '$rename') changes.push({ operator: '', names: parsePath(String(operand)), operand });
    }
  }
  // Since MongoDB 5.0 the fields of an update are worked through in the order of their names.
  changes.sort((a, b) => (a.names.join('.') < b.names.join('.') ? -1 : 1));
  assertNoConflicts(changes);
  return changes.filter(({ operator }) => operator !== '');
}

function parsePath(path: string): string[] {
  const names = path.split('.');
  if (names.some((name) => name === '')) {
    throw new CommandError(
      'EmptyFieldName',
      `The update path '${path}' contains an empty field name, which is not allowed.`,
    );
  }
  if (names[0]?.startsWith('$')) {
    throw new CommandError(
      'DollarPrefixedFieldName',
      `The dollar ($) prefixed field '${path}' is not valid for storage.`,
    );
  }
  return names;
}

function assertNoConflicts(changes: readonly Change[]): void {
  const seen = new Set<string>();
  for (const { names } of changes) {
    const path = names.join('.');
    const heads = names.map((_, i) => names.slice(0, i + 1).join('.'));
    const clash = heads.find((head) => seen.has(head)) ?? [...seen].find((other) => other.startsWith(`${path}.`));
    if (clash !== undefined) {
      const message = `Updating the path '${path}' would create a conflict at '${clash.length < path.length ? clash : path}'`;
      throw new CommandError('ConflictingUpdateOperators', message);
    }
    seen.add(path);
  }
}

function immutableId(
  message = "Performing an update on the path '_id' would modify the immutable field '_id'",
): CommandError {
  return new CommandError('ImmutableField', message);
}

/** One operand may land in several documents or places: each gets its own containers, scalars are shared. */
function structuredCopy(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(structuredCopy);
  if (!isDocument(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, field]) => [name, structuredCopy(field)]));
}

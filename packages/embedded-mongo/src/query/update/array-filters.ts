import { CommandError } from '../../errors.ts';
import { type BsonDocument, isDocument } from '../bson-document.ts';
import { compileElementFilter, compileFilter } from '../filter.ts';
import { getAt } from './target.ts';

/** Conditions by identifier, for the `$[identifier]` parts of update paths. */
export type ArrayFilters = ReadonlyMap<string, (element: unknown) => boolean>;

/** Reads `arrayFilters`; each names one identifier, alone (`{e: 1}`) or as the head of its paths (`{'e.x': 1}`). */
export function parseArrayFilters(filters: readonly unknown[]): ArrayFilters {
  const parsed = new Map<string, (element: unknown) => boolean>();
  for (const filter of filters) {
    const names = isDocument(filter) ? Object.keys(filter) : [];
    const identifiers = new Set(names.map((name) => name.split('.')[0] ?? ''));
    const [identifier = ''] = identifiers;
    if (!isDocument(filter) || identifiers.size !== 1 || !/^[a-z][a-zA-Z0-9]*$/.test(identifier)) {
      throw new CommandError('FailedToParse', 'an array filter must use exactly one identifier');
    }
    if (parsed.has(identifier)) {
      throw new CommandError(
        'FailedToParse',
        `Found multiple array filters with the same top-level field name ${identifier}`,
      );
    }
    parsed.set(identifier, identifier in filter ? compileElementFilter(filter[identifier]) : compileFields(filter));
  }
  return parsed;
}

/** The exact paths an update path stands for in a document, its `$[]` and `$[identifier]` parts replaced by numbers. */
export function expandPath(document: BsonDocument, names: readonly string[], filters: ArrayFilters): string[][] {
  const at = names.findIndex((name) => name.startsWith('$'));
  if (at < 0) return [[...names]];
  const name = names[at] ?? '';
  const identifier = /^\$\[(.*)\]$/.exec(name)?.[1];
  if (identifier === undefined) {
    throw new CommandError(
      'NotImplemented',
      `the positional '${name}' in an update path is not supported; use arrayFilters`,
    );
  }
  const matches = identifier === '' ? () => true : filters.get(identifier);
  if (matches === undefined) {
    throw new CommandError(
      'BadValue',
      `No array filter found for identifier '${identifier}' in path '${names.join('.')}'`,
    );
  }
  const head = names.slice(0, at);
  const array = getAt(document, head);
  if (!Array.isArray(array)) {
    throw new CommandError(
      'BadValue',
      `The path '${head.join('.')}' must exist in the document in order to apply array updates.`,
    );
  }
  return array.flatMap((element: unknown, index) =>
    matches(element) ? expandPath(document, [...head, String(index), ...names.slice(at + 1)], filters) : [],
  );
}

function compileFields(filter: BsonDocument): (element: unknown) => boolean {
  const fields = Object.entries(filter).map(([path, condition]) => [path.slice(path.indexOf('.') + 1), condition]);
  const compiled = compileFilter(Object.fromEntries(fields));
  return (element) => isDocument(element) && compiled.matches(element);
}

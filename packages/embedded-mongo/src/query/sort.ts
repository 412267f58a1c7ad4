import { CommandError } from '../errors.ts';
import type { BsonDocument } from './bson-document.ts';
import { compareBson } from './compare.ts';
import { valuesAt } from './path.ts';
import { promote } from './promote.ts';

/** Fields to order by with their directions, in order of weight. */
export type SortSpec = readonly (readonly [path: string, direction: 1 | -1])[];

/**
 * Reads a sort document.
 * @throws {CommandError} `BadValue` for a direction that is not 1 or -1 (`$meta` sorts are not supported).
 */
export function parseSort(sort: BsonDocument): SortSpec {
  return Object.entries(sort).map(([path, value]) => {
    const direction = promote(value);
    if (direction !== 1 && direction !== -1) {
      throw new CommandError(
        'BadValue',
        `$sort key ordering must be 1 (for ascending) or -1 (for descending): ${path}`,
      );
    }
    if (path === '' || path.startsWith('$')) throw new CommandError('BadValue', `invalid sort field: ${path}`);
    return [path, direction];
  });
}

/** The values a document sorts by: the least element of an array going up, the greatest going down. */
export function sortKey(document: BsonDocument, sort: SortSpec): unknown[] {
  return sort.map(([path, direction]) => {
    const { ends, missing } = valuesAt(document, path);
    // An empty array sorts before null, as undefined does.
    const values = ends.flatMap((end) => (Array.isArray(end) ? (end.length === 0 ? [undefined] : end) : [end]));
    if (missing || ends.length === 0) values.push(null);
    return values.reduce((best, value) => (compareBson(value, best) * direction < 0 ? value : best));
  });
}

/** Compares two keys made by `sortKey`. */
export function compareSortKeys(a: readonly unknown[], b: readonly unknown[], sort: SortSpec): number {
  for (const [i, [, direction]] of sort.entries()) {
    const order = compareBson(a[i], b[i]);
    if (order !== 0) return order * direction;
  }
  return 0;
}

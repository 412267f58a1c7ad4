import { CommandError } from '../errors.ts';
import { type BsonDocument, isDocument } from '../query/bson-document.ts';
import { hasPath } from '../query/path.ts';
import type { IndexSpec } from './index-spec.ts';
import { encodeKey } from './key-encoding.ts';

/** The entries one document has in one index. */
export interface IndexKeys {
  /** Encoded, without repetition; none when the index leaves the document out. */
  readonly keys: readonly Uint8Array[];
  /** The values of the first entry, for the message of a duplicate. */
  readonly values: readonly (readonly unknown[])[];
  /** True when an array made the entries, so that one document can appear several times in a scan. */
  readonly multikey: boolean;
}

interface Cursor {
  readonly value: unknown;
  readonly rest: readonly string[];
}

const INDEX = /^\d+$/;

/**
 * Derives the index entries of a document: one per element where a field holds an array; null where there is no field.
 * @throws {CommandError} `CannotIndexParallelArrays` when two fields hold different arrays.
 */
export function indexKeys(document: BsonDocument, spec: IndexSpec): IndexKeys {
  const isLeftOut =
    (spec.partial !== undefined && !spec.partial.filter.matches(document)) ||
    (spec.sparse && !spec.fields.some(({ path }) => hasPath(document, path)));
  if (isLeftOut) return { keys: [], values: [], multikey: false };
  const start = spec.fields.map(({ path }) => ({ value: document, rest: path.split('.') }));
  const tuples = expand(start, spec);
  const directions = spec.fields.map(({ direction }) => direction);
  const unique = new Map(
    tuples.values.map((values) => {
      const key = encodeKey(values, directions);
      return [Buffer.from(key).toString('latin1'), { key, values }] as const;
    }),
  );
  const entries = [...unique.values()];
  return {
    keys: entries.map(({ key }) => key),
    values: entries.map(({ values }) => values),
    multikey: tuples.multikey,
  };
}

function expand(start: readonly Cursor[], spec: IndexSpec): { values: unknown[][]; multikey: boolean } {
  const cursors = start.map(descend);
  const arrays = [...new Set(cursors.map(({ value }) => value).filter(Array.isArray))];
  if (arrays.length === 0) return { values: [cursors.map((cursor) => finish(cursor))], multikey: false };
  if (arrays.length > 1) {
    const [a, b] = spec.fields.filter((_, i) => Array.isArray(cursors[i]?.value)).map(({ path }) => path);
    throw new CommandError('CannotIndexParallelArrays', `cannot index parallel arrays [${b}] [${a}]`);
  }
  const array: unknown[] = arrays[0] ?? [];
  // An empty array has an entry of its own, before null.
  const elements = array.length === 0 ? [undefined] : array;
  const values = elements.flatMap((element) => {
    const next = cursors.map((cursor) => (cursor.value === array ? into(cursor, element) : cursor));
    return expand(next, spec).values;
  });
  return { values, multikey: true };
}

/** Follows documents, and numbered places of arrays, until the path or the documents end. */
function descend(cursor: Cursor): Cursor {
  let { value, rest } = cursor;
  for (;;) {
    const [name] = rest;
    if (name === undefined) return { value, rest };
    if (Array.isArray(value)) {
      if (!INDEX.test(name) || Number(name) >= value.length) return { value, rest };
      value = value[Number(name)];
    } else if (isDocument(value) && Object.hasOwn(value, name)) {
      value = value[name];
    } else {
      return { value: null, rest: [] };
    }
    rest = rest.slice(1);
  }
}

/** Steps from an array to one of its elements. An array inside an array is a value, not opened again. */
function into(cursor: Cursor, element: unknown): Cursor {
  if (cursor.rest.length === 0) return { value: Array.isArray(element) ? new Whole(element) : element, rest: [] };
  return isDocument(element) ? { value: element, rest: cursor.rest } : { value: null, rest: [] };
}

function finish({ value }: Cursor): unknown {
  return value instanceof Whole ? value.array : value;
}

class Whole {
  readonly array: readonly unknown[];

  constructor(array: readonly unknown[]) {
    this.array = array;
  }
}

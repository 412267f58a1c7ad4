import { isDocument } from './bson-document.ts';

/** What a dotted path leads to in one document, arrays on the way opened as a query opens them. */
export interface PathValues {
  /** Each value the path ends at, an array still whole. */
  readonly ends: readonly unknown[];
  /** True when some branch has no such field: what `{field: null}` also matches. */
  readonly missing: boolean;
}

const INDEX = /^\d+$/;

/** Follows a dotted path through documents and, where it meets an array, through its elements and its numbered places. */
export function valuesAt(document: unknown, path: string): PathValues {
  const ends: unknown[] = [];
  let missing = false;
  const visit = (value: unknown, names: readonly string[], from: number): void => {
    const name = names[from];
    if (name === undefined) {
      ends.push(value);
    } else if (Array.isArray(value)) {
      if (INDEX.test(name) && Number(name) < value.length) visit(value[Number(name)], names, from + 1);
      for (const item of value) if (isDocument(item)) visit(item, names, from);
    } else if (isDocument(value) && Object.hasOwn(value, name)) {
      visit(value[name], names, from + 1);
    } else {
      missing = true;
    }
  };
  visit(document, path.split('.'), 0);
  return { ends, missing };
}

/** Whether the path leads to a value at all. */
export function hasPath(document: unknown, path: string): boolean {
  return valuesAt(document, path).ends.length > 0;
}

/** The candidates of a comparison: every end and, for an array, each of its elements as well. */
export function candidates({ ends }: PathValues): unknown[] {
  return ends.flatMap((end) => (Array.isArray(end) ? [end, ...end] : [end]));
}

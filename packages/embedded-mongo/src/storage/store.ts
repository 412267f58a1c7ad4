import type { Limits } from '../limits.ts';
import type { BsonDocument } from '../query/bson-document.ts';
import { decodeDocument } from '../query/bson-document.ts';
import { compileFilter } from '../query/filter.ts';
import type { SortSpec } from '../query/sort.ts';
import { Catalog, type Collection } from './catalog.ts';
import { Cursors } from './cursors.ts';
import type { Database } from './database.ts';
import { Documents } from './documents.ts';
import { filterMatches, type MatchSource, sortMatches } from './matches.ts';
import { choosePlan } from './plan.ts';
import { RetryableWrites } from './retryable-writes.ts';
import { Scan } from './scan.ts';

/** Everything the commands work on. */
export interface Store {
  readonly database: Database;
  readonly catalog: Catalog;
  readonly documents: Documents;
  readonly cursors: Cursors;
  readonly retryableWrites: RetryableWrites;
  readonly limits: Limits;
  readonly nowMs: () => number;
}

export interface Query {
  readonly filter: BsonDocument;
  readonly sort?: SortSpec;
  /** How many from the front will be asked for, at most. Default all. */
  readonly keep?: number;
}

export function createStore(database: Database, limits: Limits, nowMs: () => number): Store {
  const catalog = new Catalog(database);
  return {
    database,
    catalog,
    documents: new Documents(database, catalog, limits.maxDocumentBytes),
    cursors: new Cursors({ maxCursors: limits.maxCursors, idleMs: limits.cursorIdleMs, nowMs }),
    retryableWrites: new RetryableWrites(database, limits.maxSessions),
    limits,
    nowMs,
  };
}

/** The documents of a collection that match, in order; of a collection that is not there, none. */
export function findMatches(store: Store, collection: Collection | undefined, query: Query): MatchSource {
  const filter = compileFilter(query.filter);
  if (collection === undefined) return { next: () => undefined, pause: () => undefined };
  const sort = query.sort ?? [];
  const plan = choosePlan(collection, query.filter, sort);
  const source = filterMatches(new Scan(store.database, collection, plan), filter);
  if (plan.sorted) return source;
  return sortMatches(source, {
    sort,
    keep: query.keep ?? Number.POSITIVE_INFINITY,
    maxBytes: store.limits.maxWorkingSetBytes,
    reread: (rid) => {
      const stored = store.documents.get(collection, rid);
      return stored !== undefined && filter.matches(decodeDocument(stored.bytes)) ? stored : undefined;
    },
  });
}

import { CommandError } from '../errors.ts';
import { type BsonDocument, decodeDocument } from '../query/bson-document.ts';
import type { SortSpec } from '../query/sort.ts';
import type { Update } from '../query/update/compile-update.ts';
import { upsertSeed } from '../query/update/upsert.ts';
import type { StoredDocument } from '../storage/documents.ts';
import { findMatches, type Store } from '../storage/store.ts';
import { withIdFirst } from './insert.ts';

/** A collection by name: it may not exist until an upsert makes it. */
export interface Namespace {
  readonly db: string;
  readonly name: string;
}

/** The first match in the given order, ready to be changed. */
export function findFirst(
  store: Store,
  { db, name }: Namespace,
  filter: BsonDocument,
  sort: SortSpec = [],
): StoredDocument | undefined {
  return findMatches(store, store.catalog.find(db, name), { filter, sort, keep: 1 }).next();
}

/** Every match, read completely before any is changed, so that no document is met twice. */
export function findAll(store: Store, { db, name }: Namespace, filter: BsonDocument): StoredDocument[] {
  const source = findMatches(store, store.catalog.find(db, name), { filter });
  const found: StoredDocument[] = [];
  let bytes = 0;
  for (let match = source.next(); match !== undefined; match = source.next()) {
    bytes += match.bytes.byteLength;
    if (bytes > store.limits.maxWorkingSetBytes) {
      throw new CommandError(
        'ExceededMemoryLimit',
        `the matches of one write exceed ${store.limits.maxWorkingSetBytes} bytes`,
      );
    }
    found.push({ rid: match.rid, bytes: match.bytes });
  }
  return found;
}

/** Applies an update to a stored document; answers the new version and whether it differs. */
export function updateStored(
  store: Store,
  namespace: Namespace,
  stored: StoredDocument,
  update: Update,
): { document: BsonDocument; isModified: boolean } {
  const collection = store.catalog.findOrCreate(namespace.db, namespace.name);
  const document = update.apply(decodeDocument(stored.bytes), { isInsert: false, now: new Date(store.nowMs()) });
  return { document, isModified: store.documents.replace(collection, stored, document) };
}

/** Inserts what an upsert makes when nothing matched. */
export function insertUpserted(store: Store, namespace: Namespace, filter: BsonDocument, update: Update): BsonDocument {
  const seed = upsertSeed(filter, update.isReplacement);
  const document = withIdFirst(update.apply(seed, { isInsert: true, now: new Date(store.nowMs()) }));
  store.documents.insert(store.catalog.findOrCreate(namespace.db, namespace.name), document);
  return document;
}

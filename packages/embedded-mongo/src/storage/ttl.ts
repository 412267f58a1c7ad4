import type { Collection, Index } from './catalog.ts';
import type { StoredDocument } from './documents.ts';
import { rangeUpTo } from './plan.ts';
import { Scan } from './scan.ts';
import type { Store } from './store.ts';

/** Documents one pass deletes at most, so that commands get their turn in between. */
const MAX_PER_PASS = 500;

/** Deletes documents whose TTL index says so; true when there may be more. */
export function deleteExpired(store: Store): boolean {
  let left = MAX_PER_PASS;
  for (const { db, name } of store.catalog.list()) {
    const collection = store.catalog.find(db, name);
    for (const index of collection?.indexes ?? []) {
      if (collection === undefined || index.spec.expireAfterSeconds === undefined || left <= 0) continue;
      left -= expireBy(store, collection, index, index.spec.expireAfterSeconds, left);
    }
  }
  return left <= 0;
}

function expireBy(store: Store, collection: Collection, index: Index, afterSeconds: number, limit: number): number {
  const before = new Date(store.nowMs() - afterSeconds * 1000);
  const [field] = index.spec.fields;
  if (field === undefined || Number.isNaN(before.getTime())) return 0;
  const plan = { index, ranges: [rangeUpTo(before, field.direction)], reverse: false, sorted: true };
  const scan = new Scan(store.database, collection, plan);
  const expired: StoredDocument[] = [];
  for (let stored = scan.next(); stored !== undefined && expired.length < limit; stored = scan.next())
    expired.push(stored);
  for (const stored of expired) store.documents.remove(collection, stored);
  return expired.length;
}

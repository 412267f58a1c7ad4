import { blob, type Collection } from './catalog.ts';
import type { Database } from './database.ts';
import type { StoredDocument } from './documents.ts';
import type { KeyRange, Plan } from './plan.ts';

const PAGE = 128;

/**
 * Walks the documents of a plan a page at a time, remembering only where it stopped. No statement stays open between
 * pages, so the collection may be written to (and the log checkpointed) while a cursor rests.
 */
export class Scan {
  readonly #database: Database;
  readonly #collection: Collection;
  readonly #plan: Plan;
  readonly #seen: Set<number> | undefined;
  #page: { readonly key: Uint8Array; readonly rid: number; readonly bytes: Uint8Array }[] = [];
  #pageSize = 16;
  #next = 0;
  #range = 0;
  #lastKey: Uint8Array | undefined;
  #lastRid = 0;

  constructor(database: Database, collection: Collection, plan: Plan) {
    this.#database = database;
    this.#collection = collection;
    this.#plan = plan;
    // Only an index on arrays can lead to one document twice.
    this.#seen = plan.index?.multikey === true ? new Set() : undefined;
  }

  next(): StoredDocument | undefined {
    for (;;) {
      const entry = this.#page[this.#next];
      if (entry === undefined) {
        if (!this.#load()) return undefined;
        continue;
      }
      this.#next++;
      this.#lastKey = entry.key;
      this.#lastRid = entry.rid;
      if (this.#seen?.has(entry.rid)) continue;
      this.#seen?.add(entry.rid);
      return entry;
    }
  }

  /** Forgets the rest of the page, so that the next read sees the documents as they are then. */
  pause(): void {
    this.#page = [];
    this.#next = 0;
  }

  #load(): boolean {
    const size = this.#pageSize;
    // A look-up by key needs one row, a long walk large pages.
    this.#pageSize = PAGE;
    this.#next = 0;
    if (this.#plan.index === undefined) {
      this.#page = this.#tablePage(size);
      return this.#page.length > 0;
    }
    for (; this.#range < this.#plan.ranges.length; this.#range++) {
      const ranges = this.#plan.reverse ? this.#plan.ranges.toReversed() : this.#plan.ranges;
      const range = ranges[this.#range];
      if (range !== undefined) this.#page = this.#indexPage(this.#plan.index.id, range, size);
      if (this.#page.length > 0) return true;
      this.#lastKey = undefined;
    }
    return false;
  }

  #tablePage(size: number): { key: Uint8Array; rid: number; bytes: Uint8Array }[] {
    const statement = this.#database.prepare(
      `SELECT rid, doc FROM c${this.#collection.id} WHERE rid > ? ORDER BY rid LIMIT ?`,
    );
    return statement
      .all(this.#lastRid, size)
      .map((row) => ({ key: NO_KEY, rid: Number(row.rid), bytes: blob(row.doc) }));
  }

  #indexPage(index: number, range: KeyRange, size: number): { key: Uint8Array; rid: number; bytes: Uint8Array }[] {
    const reverse = this.#plan.reverse;
    const within = reverse ? '(i.key, i.rid) < (?, ?) AND i.key >= ?' : '(i.key, i.rid) > (?, ?) AND i.key < ?';
    const turn = reverse ? 'DESC' : 'ASC';
    const sql = `SELECT i.key AS key, i.rid AS rid, c.doc AS doc FROM i${index} AS i CROSS JOIN c${this.#collection.id} AS c ON c.rid = i.rid WHERE ${within} ORDER BY i.key ${turn}, i.rid ${turn} LIMIT ?`;
    const start = this.#lastKey ?? (reverse ? range.to : range.from);
    const rid = this.#lastKey === undefined ? 0 : this.#lastRid;
    const rows = this.#database.prepare(sql).all(start, rid, reverse ? range.from : range.to, size);
    return rows.map((row) => ({ key: blob(row.key), rid: Number(row.rid), bytes: blob(row.doc) }));
  }
}

const NO_KEY = new Uint8Array(0);

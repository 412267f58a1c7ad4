import { CommandError } from '../errors.ts';
import { type BsonDocument, decodeDocument, encodeDocument } from '../query/bson-document.ts';
import { blob, type Catalog, type Collection, type Index } from './catalog.ts';
import type { Database } from './database.ts';
import { duplicateKey } from './duplicate-key.ts';
import { type IndexKeys, indexKeys } from './index-keys.ts';
import type { IndexSpec } from './index-spec.ts';

/** A stored document with its row number. */
export interface StoredDocument {
  readonly rid: number;
  readonly bytes: Uint8Array;
}

/** Writes documents and keeps every index in step. Each call changes all of it or, when it throws, nothing. */
export class Documents {
  readonly #database: Database;
  readonly #catalog: Catalog;
  readonly #maxDocumentBytes: number;

  constructor(database: Database, catalog: Catalog, maxDocumentBytes: number) {
    this.#database = database;
    this.#catalog = catalog;
    this.#maxDocumentBytes = maxDocumentBytes;
  }

  /** @throws {CommandError} `DuplicateKey`, `BSONObjectTooLarge`, `CannotIndexParallelArrays`, `InvalidIdField`. */
  insert(collection: Collection, document: BsonDocument): void {
    const bytes = this.#encode(document);
    const entries = collection.indexes.map((index) => ({ index, keys: indexKeys(document, index.spec) }));
    for (const { index, keys } of entries) this.#assertUnique(collection, index, keys);
    const { lastInsertRowid } = this.#database.prepare(`INSERT INTO c${collection.id} (doc) VALUES (?)`).run(bytes);
    for (const { index, keys } of entries) this.#addKeys(collection, index, keys, Number(lastInsertRowid));
  }

  /** Stores the new version of a document; false when not a byte of it changed. */
  replace(collection: Collection, stored: StoredDocument, document: BsonDocument): boolean {
    const bytes = this.#encode(document);
    if (Buffer.compare(bytes, stored.bytes) === 0) return false;
    const before = decodeDocument(stored.bytes);
    const changes = collection.indexes.map((index) => {
      const old = indexKeys(before, index.spec);
      const now = indexKeys(document, index.spec);
      return { index, now, removed: missingFrom(now, old.keys), added: missingFrom(old, now.keys) };
    });
    for (const { index, now, added } of changes) {
      if (added.length > 0) this.#assertUnique(collection, index, now, stored.rid);
    }
    this.#database.prepare(`UPDATE c${collection.id} SET doc = ? WHERE rid = ?`).run(bytes, stored.rid);
    for (const { index, now, removed, added } of changes) {
      this.#removeKeys(index, removed, stored.rid);
      this.#addKeys(collection, index, { ...now, keys: added }, stored.rid);
    }
    return true;
  }

  remove(collection: Collection, stored: StoredDocument): void {
    const document = decodeDocument(stored.bytes);
    for (const index of collection.indexes) this.#removeKeys(index, indexKeys(document, index.spec).keys, stored.rid);
    this.#database.prepare(`DELETE FROM c${collection.id} WHERE rid = ?`).run(stored.rid);
  }

  get(collection: Collection, rid: number): StoredDocument | undefined {
    const row = this.#database.prepare(`SELECT doc FROM c${collection.id} WHERE rid = ?`).get(rid);
    return row === undefined ? undefined : { rid, bytes: blob(row.doc) };
  }

  count(collection: Collection): number {
    return Number(this.#database.prepare(`SELECT count(*) AS n FROM c${collection.id}`).get()?.n);
  }

  /** Declares an index and fills it from the documents there are. */
  createIndex(collection: Collection, spec: IndexSpec): Collection {
    const changed = this.#catalog.addIndex(collection, spec);
    const index = changed.indexes.at(-1);
    if (index === undefined) return changed;
    let last = 0;
    for (;;) {
      // In pages: a statement must not be open over a table that is written to.
      const rows = this.#database
        .prepare(`SELECT rid, doc FROM c${collection.id} WHERE rid > ? ORDER BY rid LIMIT 500`)
        .all(last);
      if (rows.length === 0) break;
      for (const row of rows) {
        last = Number(row.rid);
        const keys = indexKeys(decodeDocument(blob(row.doc)), spec);
        this.#assertUnique(collection, index, keys, last);
        this.#addKeys(changed, index, keys, last);
      }
    }
    return this.#catalog.find(collection.db, collection.name) ?? changed;
  }

  #encode(document: BsonDocument): Uint8Array {
    const id = document._id;
    if (id === undefined || Array.isArray(id)) {
      throw new CommandError('InvalidIdField', "The '_id' value cannot be of type array or undefined");
    }
    const bytes = encodeDocument(document);
    if (bytes.byteLength > this.#maxDocumentBytes) {
      const message = `object to insert too large. size in bytes: ${bytes.byteLength}, max size: ${this.#maxDocumentBytes}`;
      throw new CommandError('BSONObjectTooLarge', message);
    }
    return bytes;
  }

  #assertUnique(collection: Collection, index: Index, keys: IndexKeys, ownRid = 0): void {
    if (!index.spec.unique) return;
    const statement = this.#database.prepare(`SELECT rid FROM i${index.id} WHERE key = ? AND rid <> ? LIMIT 1`);
    for (const [i, key] of keys.keys.entries()) {
      if (statement.get(key, ownRid) !== undefined) throw duplicateKey(collection, index.spec, keys.values[i] ?? []);
    }
  }

  #addKeys(collection: Collection, index: Index, keys: IndexKeys, rid: number): void {
    if (keys.multikey && !index.multikey) this.#catalog.markMultikey(collection, index);
    const statement = this.#database.prepare(`INSERT INTO i${index.id} (key, rid) VALUES (?, ?)`);
    for (const key of keys.keys) statement.run(key, rid);
  }

  #removeKeys(index: Index, keys: readonly Uint8Array[], rid: number): void {
    const statement = this.#database.prepare(`DELETE FROM i${index.id} WHERE key = ? AND rid = ?`);
    for (const key of keys) statement.run(key, rid);
  }
}

function missingFrom(there: IndexKeys, keys: readonly Uint8Array[]): Uint8Array[] {
  return keys.filter((key) => !there.keys.some((other) => Buffer.compare(key, other) === 0));
}

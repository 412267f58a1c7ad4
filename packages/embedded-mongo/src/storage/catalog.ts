import { randomUUID } from 'node:crypto';
import { CommandError } from '../errors.ts';
import type { Database } from './database.ts';
import { decodeSpec, encodeSpec, type IndexSpec, idIndexSpec, sameSpec } from './index-spec.ts';

/** An index together with its table. */
export interface Index {
  readonly id: number;
  readonly spec: IndexSpec;
  /** True once a document with an array in an indexed field was stored. */
  readonly multikey: boolean;
}

/** A collection: its table `c<id>` holds the documents, one table `i<id>` per index the encoded keys. */
export interface Collection {
  readonly id: number;
  readonly db: string;
  readonly name: string;
  readonly uuid: Uint8Array;
  readonly indexes: readonly Index[];
}

const MAX_INDEXES = 64;
/** MongoDB's bound on `database.collection` in bytes. */
const MAX_NAMESPACE_BYTES = 255;

/** Names of the collections and indexes there are; kept in memory, written through to the file. */
export class Catalog {
  readonly #database: Database;
  readonly #collections = new Map<string, Collection>();
  #isDirty = false;

  constructor(database: Database) {
    this.#database = database;
    this.#load();
  }

  find(db: string, name: string): Collection | undefined {
    return this.#collections.get(`${db}.${name}`);
  }

  list(db?: string): Collection[] {
    return [...this.#collections.values()].filter((collection) => db === undefined || collection.db === db);
  }

  /** The collection, made on first use as MongoDB does on the first insert. */
  findOrCreate(db: string, name: string): Collection {
    return this.find(db, name) ?? this.create(db, name);
  }

  create(db: string, name: string): Collection {
    assertNamespace(db, name);
    this.#isDirty = true;
    const uuid = Buffer.from(randomUUID().replaceAll('-', ''), 'hex');
    const { lastInsertRowid } = this.#database
      .prepare('INSERT INTO collections (db, name, uuid) VALUES (?, ?, ?)')
      .run(db, name, uuid);
    const id = Number(lastInsertRowid);
    this.#database.exec(`CREATE TABLE c${id} (rid INTEGER PRIMARY KEY, doc BLOB NOT NULL)`);
    this.#put({ id, db, name, uuid, indexes: [] });
    return this.addIndex(this.#get(id), idIndexSpec());
  }

  drop(collection: Collection): void {
    this.#isDirty = true;
    for (const index of collection.indexes) this.#dropTable(index);
    this.#database.exec(`DROP TABLE c${collection.id}`);
    this.#database.prepare('DELETE FROM collections WHERE id = ?').run(collection.id);
    this.#collections.delete(`${collection.db}.${collection.name}`);
  }

  /** Declares an index; its entries are the caller's to fill. The collection comes back with it. */
  addIndex(collection: Collection, spec: IndexSpec): Collection {
    if (collection.indexes.length >= MAX_INDEXES) {
      throw new CommandError(
        'CannotCreateIndex',
        `add index fails, too many indexes for ${collection.db}.${collection.name}, the limit is ${MAX_INDEXES}`,
      );
    }
    this.#isDirty = true;
    const { lastInsertRowid } = this.#database
      .prepare('INSERT INTO indexes (collection, spec, multikey) VALUES (?, ?, 0)')
      .run(collection.id, encodeSpec(spec));
    const id = Number(lastInsertRowid);
    this.#database.exec(
      `CREATE TABLE i${id} (key BLOB NOT NULL, rid INTEGER NOT NULL, PRIMARY KEY (key, rid)) WITHOUT ROWID`,
    );
    return this.#put({ ...collection, indexes: [...collection.indexes, { id, spec, multikey: false }] });
  }

  dropIndex(collection: Collection, index: Index): Collection {
    this.#isDirty = true;
    this.#dropTable(index);
    return this.#put({ ...collection, indexes: collection.indexes.filter(({ id }) => id !== index.id) });
  }

  markMultikey(collection: Collection, index: Index): void {
    this.#isDirty = true;
    this.#database.prepare('UPDATE indexes SET multikey = 1 WHERE id = ?').run(index.id);
    const indexes = this.#get(collection.id).indexes.map((other) =>
      other.id === index.id ? { ...other, multikey: true } : other,
    );
    this.#put({ ...collection, indexes });
  }

  /** What was written since the last commit is on disk. */
  committed(): void {
    this.#isDirty = false;
  }

  /** What was written since some savepoint is gone from the file: the memory follows. */
  rolledBack(): void {
    if (this.#isDirty) this.#load();
  }

  #load(): void {
    this.#collections.clear();
    for (const row of this.#database.prepare('SELECT id, db, name, uuid FROM collections ORDER BY id').all()) {
      const id = Number(row.id);
      const indexes = this.#database
        .prepare('SELECT id, spec, multikey FROM indexes WHERE collection = ? ORDER BY id')
        .all(id);
      this.#put({
        id,
        db: String(row.db),
        name: String(row.name),
        uuid: blob(row.uuid),
        indexes: indexes.map((index) => ({
          id: Number(index.id),
          spec: decodeSpec(blob(index.spec)),
          multikey: index.multikey === 1,
        })),
      });
    }
  }

  #dropTable(index: Index): void {
    this.#database.exec(`DROP TABLE i${index.id}`);
    this.#database.prepare('DELETE FROM indexes WHERE id = ?').run(index.id);
  }

  #put(collection: Collection): Collection {
    this.#collections.set(`${collection.db}.${collection.name}`, collection);
    return collection;
  }

  #get(id: number): Collection {
    const found = this.list().find((collection) => collection.id === id);
    if (found === undefined) throw new Error(`collection ${id} is not in the catalog`);
    return found;
  }
}

/** Whether an index of the same name or the same declaration is there already: the same is fine, a clash is refused. */
export function findSameIndex(collection: Collection, spec: IndexSpec): Index | undefined {
  for (const index of collection.indexes) {
    const isSame = sameSpec(index.spec, spec);
    if (isSame && (index.spec.name === spec.name || index.spec.name === '_id_')) return index;
    if (index.spec.name === spec.name) {
      throw new CommandError(
        'IndexKeySpecsConflict',
        `An existing index has the same name as the requested index but different options: ${spec.name}`,
      );
    }
    if (isSame || sameKey(index.spec, spec)) {
      throw new CommandError(
        'IndexOptionsConflict',
        `Index already exists with a different name or options: ${index.spec.name}`,
      );
    }
  }
  return undefined;
}

export function blob(value: unknown): Uint8Array {
  if (value instanceof Uint8Array) return value;
  throw new Error('expected a blob from the database file');
}

function sameKey(a: IndexSpec, b: IndexSpec): boolean {
  const text = (spec: IndexSpec): string => JSON.stringify([spec.fields, spec.partial?.expression ?? null]);
  return text(a) === text(b);
}

function assertNamespace(db: string, name: string): void {
  const isBad =
    name === '' ||
    name.startsWith('.') ||
    name.endsWith('.') ||
    name.startsWith('system.') ||
    name.includes('$') ||
    name.includes('\0') ||
    db === '' ||
    /[/\\. "$\0]/.test(db) ||
    Buffer.byteLength(`${db}.${name}`) > MAX_NAMESPACE_BYTES;
  if (isBad) throw new CommandError('InvalidNamespace', `Invalid namespace specified '${db}.${name}'`);
}

import { mkdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { DatabaseSync, type StatementSync } from 'node:sqlite';

/** Prepared statements kept for reuse; a collection and its indexes need about ten each. */
const MAX_STATEMENTS = 2_000;
const BUSY = 5;
const SCHEMA_VERSION = 1;

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS collections (id INTEGER PRIMARY KEY AUTOINCREMENT, db TEXT NOT NULL, name TEXT NOT NULL, uuid BLOB NOT NULL, UNIQUE (db, name));
  CREATE TABLE IF NOT EXISTS indexes (id INTEGER PRIMARY KEY AUTOINCREMENT, collection INTEGER NOT NULL, spec BLOB NOT NULL, multikey INTEGER NOT NULL);
  CREATE TABLE IF NOT EXISTS retryable_writes (session BLOB NOT NULL, txn INTEGER NOT NULL, statement INTEGER NOT NULL, command TEXT NOT NULL, reply BLOB NOT NULL, at INTEGER NOT NULL, PRIMARY KEY (session, statement));
  CREATE INDEX IF NOT EXISTS retryable_writes_at ON retryable_writes (at);
`;

/**
 * The SQLite file: opened by one process only, every commit on disk before it returns.
 * WAL with synchronous=FULL syncs the log at each commit, so neither kill -9 nor a power cut loses one.
 * @see https://www.sqlite.org/pragma.html#pragma_synchronous
 */
export class Database {
  readonly #sqlite: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();

  private constructor(sqlite: DatabaseSync) {
    this.#sqlite = sqlite;
  }

  /**
   * Opens or creates the file; a directory stands for `embedded-mongo.sqlite` in it.
   * @throws {Error} when another process has it open, naming the file.
   */
  static open(path: string): Database {
    const file = resolveFile(path);
    mkdirSync(dirname(file), { recursive: true });
    const sqlite = new DatabaseSync(file, { timeout: 0 });
    try {
      // Exclusive locking holds the file lock for the life of the process; the system frees it even after kill -9.
      sqlite.exec('PRAGMA locking_mode = EXCLUSIVE');
      sqlite.exec('PRAGMA journal_mode = WAL');
      sqlite.exec('PRAGMA synchronous = FULL');
      sqlite.exec('BEGIN EXCLUSIVE');
      const version = Number(sqlite.prepare('PRAGMA user_version').get()?.user_version);
      if (version > SCHEMA_VERSION) {
        throw new Error(`${file} was written by a newer version (schema ${version}, this one knows ${SCHEMA_VERSION})`);
      }
      sqlite.exec(SCHEMA);
      sqlite.exec(`PRAGMA user_version = ${SCHEMA_VERSION}`);
      sqlite.exec('COMMIT');
    } catch (cause) {
      sqlite.close();
      if (isBusy(cause)) throw new Error(`${file} is in use by another embedded document server`, { cause });
      throw cause;
    }
    return new Database(sqlite);
  }

  exec(sql: string): void {
    this.#sqlite.exec(sql);
  }

  /** A prepared statement, from the cache when it was used before. */
  prepare(sql: string): StatementSync {
    const known = this.#statements.get(sql);
    if (known !== undefined) return known;
    const oldest = this.#statements.size >= MAX_STATEMENTS ? this.#statements.keys().next() : undefined;
    if (oldest?.value !== undefined) this.#statements.delete(oldest.value);
    const statement = this.#sqlite.prepare(sql);
    this.#statements.set(sql, statement);
    return statement;
  }

  get inTransaction(): boolean {
    return this.#sqlite.isTransaction;
  }

  close(): void {
    this.#statements.clear();
    this.#sqlite.close();
  }
}

function resolveFile(path: string): string {
  const isDirectory = statSync(path, { throwIfNoEntry: false })?.isDirectory() === true || /[/\\]$/.test(path);
  return isDirectory ? join(path, 'embedded-mongo.sqlite') : path;
}

function isBusy(cause: unknown): boolean {
  return cause instanceof Error && 'errcode' in cause && (Number(cause.errcode) & 0xff) === BUSY;
}

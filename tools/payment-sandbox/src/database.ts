import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

const SCHEMA_VERSION = 1;
const LOCK_WAIT_MS = 5_000;

const SCHEMA = `
  CREATE TABLE payments (
    payment_key TEXT PRIMARY KEY,
    order_id TEXT NOT NULL UNIQUE,
    committed_at_ms INTEGER NOT NULL,
    document TEXT NOT NULL
  ) STRICT;
  CREATE TABLE charges (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT,
    payment_key TEXT NOT NULL UNIQUE REFERENCES payments,
    charged_at_ms INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE answers (
    scope TEXT PRIMARY KEY,
    status INTEGER NOT NULL,
    body TEXT NOT NULL,
    committed INTEGER NOT NULL,
    expires_at_ms INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX answers_by_expiry ON answers (expires_at_ms);
  PRAGMA user_version = ${SCHEMA_VERSION};
`;

/**
 * Opens the ledger's file, and creates it with its folder when it is not there.
 * Every commit is on disk before it returns (WAL, synchronous FULL), so an answered charge survives a kill at any moment.
 * @throws {Error} when the file cannot be opened or was written by a newer version.
 */
export function openDatabase(path: string): DatabaseSync {
  if (path !== ':memory:') mkdirSync(dirname(path), { recursive: true });
  const database = new DatabaseSync(path, { timeout: LOCK_WAIT_MS, enableForeignKeyConstraints: true });
  try {
    database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;');
    inTransaction(database, () => applySchema(database));
    return database;
  } catch (cause) {
    database.close();
    throw cause;
  }
}

/** Runs work that writes all or nothing; the lock is taken first, so what it read is still true when it writes. */
export function inTransaction<Result>(database: DatabaseSync, work: () => Result): Result {
  database.exec('BEGIN IMMEDIATE');
  try {
    const result = work();
    database.exec('COMMIT');
    return result;
  } catch (cause) {
    // A full disk makes SQLite roll back by itself; a second ROLLBACK would hide the real cause.
    if (database.isTransaction) database.exec('ROLLBACK');
    throw cause;
  }
}

function applySchema(database: DatabaseSync): void {
  const version = Number(database.prepare('PRAGMA user_version').get()?.user_version);
  if (version > SCHEMA_VERSION) {
    throw new Error(`the ledger has schema version ${version}, newer than ${SCHEMA_VERSION} of this sandbox`);
  }
  if (version === 0) database.exec(SCHEMA);
}

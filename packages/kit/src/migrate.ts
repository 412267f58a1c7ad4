import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Logger } from './logger.ts';
import { closePostgres, openPatient, type Sql, type TransactionSql } from './postgres.ts';

export interface MigrateOptions {
  readonly sql: Sql;
  /** Folder with `001_name.sql`, `002_name.sql`, …; other names are refused. */
  readonly directory: URL | string;
  readonly logger: Pick<Logger, 'info'>;
}

interface Migration {
  readonly version: number;
  readonly name: string;
  readonly text: string;
  readonly checksum: string;
}

// Any constant will do: advisory locks are per database, and each service has its own.
const LOCK_KEY = 20_261_123;

/**
 * Brings a database up to date: applies what is new in order, each file in its own transaction, and remembers its
 * checksum. Processes that start together wait for each other on an advisory lock.
 * @returns the names applied.
 * @throws when a file changed after it was applied, when numbers repeat or come late, or when SQL fails.
 */
export async function migrate({ sql, directory, logger }: MigrateOptions): Promise<string[]> {
  const migrations = await readMigrations(typeof directory === 'string' ? directory : fileURLToPath(directory));
  const appliedNow: string[] = [];
  const patient = openPatient(sql);
  try {
    for (const migration of migrations) {
      if (!(await patient.begin((tx) => applyNew(tx, migration, migrations)))) continue;
      appliedNow.push(migration.name);
      logger.info({ migration: migration.name }, 'migration applied');
    }
  } finally {
    await closePostgres(patient);
  }
  return appliedNow;
}

/** One step in one transaction; false when the database has it already. */
async function applyNew(tx: TransactionSql, migration: Migration, all: readonly Migration[]): Promise<boolean> {
  await underLock(tx);
  // Read under the lock: another process may just have applied it.
  const applied = await tx<Applied[]>`select version, name, checksum from schema_migrations order by version`;
  checkHistory(applied, all);
  const { version, name, text, checksum } = migration;
  if (applied.some((known) => known.version === version)) return false;
  const latest = applied.at(-1)?.version ?? 0;
  if (version < latest) throw new Error(`migration ${name} comes after number ${latest} was applied`);
  try {
    await tx.unsafe(text);
  } catch (cause) {
    throw new Error(`migration ${name} failed`, { cause });
  }
  await tx`insert into schema_migrations (version, name, checksum) values (${version}, ${name}, ${checksum})`;
  return true;
}

async function underLock(tx: TransactionSql): Promise<void> {
  // The pool's short limits are for requests; another process may be migrating for a while.
  await tx.unsafe(`set local lock_timeout = '120s'; set local statement_timeout = 0`);
  await tx`select pg_advisory_xact_lock(${LOCK_KEY})`;
  await tx.unsafe(`
    create table if not exists schema_migrations (
      version integer primary key,
      name text not null,
      checksum text not null,
      applied_at timestamptz not null default now()
    )`);
}

type Applied = Pick<Migration, 'version' | 'name' | 'checksum'>;

function checkHistory(applied: readonly Applied[], migrations: readonly Migration[]): void {
  for (const { version, checksum } of applied) {
    // One that no file knows is of a newer release: migrations only add, so the older one may run.
    const file = migrations.find((migration) => migration.version === version);
    if (file !== undefined && file.checksum !== checksum)
      throw new Error(`migration ${file.name} changed after it was applied`);
  }
}

async function readMigrations(directory: string): Promise<Migration[]> {
  const names = (await readdir(directory)).filter((name) => name.endsWith('.sql')).sort();
  const migrations: Migration[] = [];
  for (const name of names) {
    const digits = /^([0-9]{3,6})_[a-z0-9_-]+\.sql$/.exec(name)?.[1];
    if (digits === undefined) throw new Error(`migration ${name} is not named like 001_what_it_does.sql`);
    const version = Number(digits);
    const twin = migrations.find((other) => other.version === version);
    if (twin !== undefined) throw new Error(`migrations ${twin.name} and ${name} have the same number`);
    // A checkout that turned line ends into CRLF has the same migration.
    const text = (await readFile(join(directory, name), 'utf8')).replaceAll('\r\n', '\n');
    migrations.push({ version, name, text, checksum: createHash('sha256').update(text).digest('hex') });
  }
  return migrations.sort((a, b) => a.version - b.version);
}

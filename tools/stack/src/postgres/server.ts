import { closePostgres, openPostgres, pingPostgres, type Sql } from '@shop/kit';
import { createCluster, embeddedUrl, hasCluster, serverCommand } from '@shop/kit/embedded-postgres';
import { answers } from '../ports/ports.ts';
import type { PartSpec } from '../process/spec.ts';
import { clearOrphan } from './orphan.ts';

export interface PostgresOptions {
  readonly directory: string;
  readonly port: number;
  /** The administrator's. */
  readonly password: string;
}

const SETTINGS = { max_connections: '120', shared_buffers: '64MB' };

/** The embedded PostgreSQL as a part of the stack; its files are created by the first start. */
export async function postgresPart({ directory, port, password }: PostgresOptions): Promise<PartSpec> {
  const isNew = !(await hasCluster(directory));
  return {
    name: 'postgres',
    ...(await serverCommand({ directory, port, settings: SETTINGS })),
    cwd: directory,
    ...(isNew && { note: 'first start: creates its files' }),
    env: { PATH: process.env.PATH, LC_MESSAGES: 'C' },
    prepare: async () => {
      await createCluster({ directory, password });
      await clearOrphan(directory);
    },
    ready: () => probe(port, embeddedUrl(port, password, 'postgres')),
    readyTimeoutMs: 60_000,
    // "Fast": roll back what is open and write a checkpoint. SIGTERM would wait for every client to leave.
    stopSignal: 'SIGINT',
    abortSignal: 'SIGQUIT',
    stopGraceMs: 15_000,
  };
}

async function probe(port: number, url: string): Promise<void> {
  if (!(await answers(port))) throw new Error(`nothing listens on ${port}`);
  await withAdmin(url, (sql) => pingPostgres(sql, 2_000));
}

/** Creates the databases that are missing. */
export async function createDatabases(adminUrl: string, names: readonly string[]): Promise<void> {
  await withAdmin(adminUrl, async (sql) => {
    const found = await sql<{ datname: string }[]>`select datname from pg_database`;
    const present = new Set(found.map(({ datname }) => datname));
    for (const name of names) if (!present.has(name)) await sql`create database ${sql(name)}`;
  });
}

async function withAdmin(url: string, work: (sql: Sql) => Promise<void>): Promise<void> {
  const sql = openPostgres({ url, applicationName: 'stack', max: 1, statementTimeoutMs: 30_000 });
  try {
    await work(sql);
  } finally {
    await closePostgres(sql);
  }
}

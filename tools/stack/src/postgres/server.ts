import { closePostgres, openPostgres, pingPostgres, type Sql } from '@shop/kit';
import { answers } from '../ports/ports.ts';
import type { PartSpec } from '../process/spec.ts';
import { accountFor, invocation } from './account.ts';
import { postgresBinaries } from './binaries.ts';
import { type ClusterOptions, createCluster, hasCluster, POSTGRES_USER } from './cluster.ts';
import { clearOrphan } from './orphan.ts';

export interface ServerOptions extends ClusterOptions {
  readonly port: number;
  /** Further settings; the defaults keep what was committed. */
  readonly settings?: Readonly<Record<string, string>>;
}

/** The URL of a database on the embedded server. */
export function postgresUrl({ port, password }: Pick<ServerOptions, 'port' | 'password'>, database: string): string {
  return `postgres://${POSTGRES_USER}:${password}@127.0.0.1:${port}/${database}`;
}

const SETTINGS = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  max_connections: '120',
  shared_buffers: '64MB',
  timezone: 'UTC',
  log_timezone: 'UTC',
};

/** The embedded PostgreSQL as a part of the stack; its files are created by the first start. */
export async function postgresPart(options: ServerOptions): Promise<PartSpec> {
  const { directory, port } = options;
  const isNew = !(await hasCluster(directory));
  const { postgres } = await postgresBinaries();
  const settings = Object.entries({ ...SETTINGS, ...options.settings }).flatMap(([key, value]) => [
    '-c',
    `${key}=${value}`,
  ]);
  const args = ['-D', directory, '-p', String(port), ...settings];
  const run = await invocation(await accountFor(directory), postgres, args, directory);
  return {
    name: 'postgres',
    ...run,
    cwd: directory,
    ...(isNew && { note: 'first start: creates its files' }),
    env: { PATH: process.env.PATH, LC_MESSAGES: 'C' },
    prepare: async () => {
      await createCluster(options);
      await clearOrphan(directory);
    },
    ready: () => probe(port, postgresUrl(options, 'postgres')),
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

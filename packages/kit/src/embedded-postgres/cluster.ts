import { execFile } from 'node:child_process';
import { chown, mkdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { promisify } from 'node:util';
import { type Account, accountFor, invocation } from './as-account.ts';
import { postgresBinaries } from './binaries.ts';

export interface ClusterOptions {
  readonly directory: string;
  /** The administrator's. */
  readonly password: string;
  /** Whether it outlives a crash of the machine. Default true; tests save the time. */
  readonly durable?: boolean;
}

/** The name of the administrator. */
export const POSTGRES_USER = 'postgres';

/** Whether the directory holds a cluster already. */
export async function hasCluster(directory: string): Promise<boolean> {
  return stat(`${directory}/PG_VERSION`).then(
    () => true,
    () => false,
  );
}

/**
 * Creates the cluster's files when they are missing; takes a second or two.
 * @throws {Error} when this system has no embedded PostgreSQL, or root has nobody to run it as.
 */
export async function createCluster({ directory, password, durable = true }: ClusterOptions): Promise<void> {
  if (await hasCluster(directory)) return;
  // Renamed when complete: a crash in the middle must not look like a cluster.
  const partial = `${directory}.new`;
  const passwordFile = `${directory}.password`;
  await rm(partial, { recursive: true, force: true });
  const account = await accountFor(directory);
  await mkdir(dirname(partial), { recursive: true });
  await mkdir(partial, { mode: 0o700 });
  await writeFile(passwordFile, password, { mode: 0o600 });
  try {
    await give(account, partial, passwordFile);
    const { initdb } = await postgresBinaries();
    const run = await invocation(
      account,
      initdb,
      [
        ...['--pgdata', partial, '--username', POSTGRES_USER, '--pwfile', passwordFile, '--auth', 'scram-sha-256'],
        ...['--encoding', 'UTF8', '--locale', 'C', '--locale-provider', 'builtin', '--builtin-locale', 'C.UTF-8'],
        ...(durable ? [] : ['--no-sync']),
      ],
      partial,
    );
    const { command, args, ...as } = run;
    await promisify(execFile)(command, [...args], { ...as, cwd: partial });
    await rename(partial, directory);
  } finally {
    await rm(passwordFile, { force: true });
  }
}

async function give(account: Account | undefined, ...paths: string[]): Promise<void> {
  if (account) for (const path of paths) await chown(path, account.uid, account.gid);
}

import { chmod, mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';

/** Where a stack keeps everything that outlives it. */
export interface DataDir {
  readonly path: string;
  readonly logs: string;
  readonly postgres: string;
  readonly mongo: string;
  readonly sandbox: string;
  readonly secrets: string;
  /** Held by the stack that runs here. */
  readonly lock: string;
  /** Held by the guard while it still has processes to stop. */
  readonly guardLock: string;
  /** Who runs here: read for a message only, the lock decides. */
  readonly owner: string;
}

/** Creates the directory and its folders where they are missing. */
export async function openDataDir(given: string): Promise<DataDir> {
  const path = resolve(given);
  const dir: DataDir = {
    path,
    logs: join(path, 'logs'),
    postgres: join(path, 'postgres'),
    mongo: join(path, 'mongo'),
    sandbox: join(path, 'sandbox'),
    secrets: join(path, 'secrets.json'),
    lock: join(path, 'stack.lock'),
    guardLock: join(path, 'guard.lock'),
    owner: join(path, 'stack.json'),
  };
  await mkdir(path, { recursive: true });
  for (const folder of [dir.logs, dir.mongo, dir.sandbox]) {
    await mkdir(folder, { recursive: true });
    await chmod(folder, 0o700);
  }
  return dir;
}

import { DatabaseSync } from 'node:sqlite';

/** A lock that the system drops when its holder dies, however it dies; a file with a pid in it would stay. */
export interface Lock {
  release(): void;
}

const SQLITE_BUSY = 5;

/** Takes the lock of this file, or answers `undefined` when another process (or this one) holds it. */
export function tryLock(path: string): Lock | undefined {
  const file = new DatabaseSync(path);
  try {
    file.exec('pragma busy_timeout = 0; begin exclusive');
    return { release: () => file.close() };
  } catch (cause) {
    file.close();
    if (cause instanceof Error && 'errcode' in cause && cause.errcode === SQLITE_BUSY) return undefined;
    throw new Error(`the lock file ${path} cannot be used`, { cause });
  }
}

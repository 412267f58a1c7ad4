import { readFile } from 'node:fs/promises';
import { setTimeout as wait } from 'node:timers/promises';
import type { DataDir } from './data-dir.ts';
import { tryLock } from './lock.ts';

/** Another stack runs on this data. */
export class DataDirInUseError extends Error {
  override readonly name = 'DataDirInUseError';
}

/** Longer than the guard takes for all parts in a row, each of which has a grace of its own. */
const GUARD_WAIT_MS = 90_000;
const POLL_MS = 100;

/**
 * Takes the data directory for this stack and answers with the function that gives it back.
 * When the last stack was killed, its guard may still be stopping what it left; that is waited for.
 * @throws {DataDirInUseError} when another stack runs here.
 */
export async function takeDataDir(dir: DataDir, say: (note: string) => void): Promise<() => void> {
  const lock = tryLock(dir.lock);
  if (!lock)
    throw new DataDirInUseError(
      `${dir.path} is in use by another running stack${await ownerOf(dir)}; stop it, or choose another directory with DATA_DIR`,
    );
  const end = performance.now() + GUARD_WAIT_MS;
  for (let said = false; ; ) {
    const guard = tryLock(dir.guardLock);
    if (guard) {
      guard.release();
      return () => lock.release();
    }
    if (performance.now() > end) {
      lock.release();
      throw new DataDirInUseError(
        `processes of the previous run in ${dir.path} do not stop; see ${dir.logs}/guard.log`,
      );
    }
    if (!said) say('the previous run was killed; its processes are being stopped');
    said = true;
    await wait(POLL_MS);
  }
}

async function ownerOf(dir: DataDir): Promise<string> {
  try {
    const owner: unknown = JSON.parse(await readFile(dir.owner, 'utf8'));
    if (typeof owner !== 'object' || owner === null || !('pid' in owner) || !('url' in owner)) return '';
    return ` (pid ${owner.pid}, ${owner.url})`;
  } catch {
    // It is still booting, or the note was removed; the lock has said what matters.
    return '';
  }
}

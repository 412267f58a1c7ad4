import { openSync } from 'node:fs';
import { readFile, rename, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** A log longer than this is put aside at the next start; one older log is kept. */
const MAX_LOG_BYTES = 32 * 1024 * 1024;

/** Where a process's output goes. */
export function logPath(directory: string, name: string): string {
  return join(directory, `${name}.log`);
}

/** Puts a long log aside. Only while nobody writes to it. */
export async function rotateLog(path: string): Promise<void> {
  const size = await stat(path).then(
    (found) => found.size,
    () => 0,
  );
  if (size > MAX_LOG_BYTES) await rename(path, `${path}.1`);
}

/** Opens a log to append to; the number is closed by whoever it is given to. */
export function openLog(path: string): number {
  return openSync(path, 'a', 0o600);
}

/** The last lines of a log, for a message about a process that did not start. */
export async function tailOfLog(path: string, lines = 8): Promise<string[]> {
  const text = await readFile(path, 'utf8').catch(() => '');
  return text.trimEnd().split('\n').slice(-lines);
}

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
  if ((await logLength(path)) > MAX_LOG_BYTES) await rename(path, `${path}.1`);
}

/** Opens a log to append to; the number is closed by whoever it is given to. */
export function openLog(path: string): number {
  return openSync(path, 'a', 0o600);
}

/** How long a log is: what comes after is said by the process that is started now. */
export async function logLength(path: string): Promise<number> {
  return stat(path).then(
    ({ size }) => size,
    () => 0,
  );
}

/** The last lines of a log after this many bytes, for a message about a process that did not start. */
export async function tailOfLog(path: string, fromByte: number, lines = 8): Promise<string[]> {
  const bytes = await readFile(path).catch(() => Buffer.alloc(0));
  return bytes.subarray(fromByte).toString('utf8').trimEnd().split('\n').slice(-lines);
}

import { execFile } from 'node:child_process';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { isAlive, stopPid } from '../guard/stop-pid.ts';

const STOP_GRACE_MS = 15_000;

/**
 * Clears what a killed predecessor left in a cluster's directory: a server that still runs is stopped, and a pid file
 * whose number now belongs to another process is removed (PostgreSQL would take that process for its predecessor).
 * Only for the holder of the data directory's lock.
 */
export async function clearOrphan(directory: string): Promise<void> {
  const path = join(directory, 'postmaster.pid');
  const text = await readFile(path, 'utf8').catch(() => undefined);
  const pid = Number.parseInt(text ?? '', 10);
  if (text === undefined) return;
  if (Number.isInteger(pid) && pid > 0 && (await isAlive(pid)) && (await serves(pid, directory)))
    await stopPid(pid, 'SIGINT', STOP_GRACE_MS);
  await rm(path, { force: true });
}

async function serves(pid: number, directory: string): Promise<boolean> {
  try {
    const { stdout } = await promisify(execFile)('ps', ['-o', 'args=', '-ww', '-p', String(pid)]);
    return stdout.includes(directory);
  } catch {
    const args = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
    return args.includes(directory);
  }
}

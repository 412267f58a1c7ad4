import { readFile } from 'node:fs/promises';
import { setTimeout as wait } from 'node:timers/promises';

const POLL_MS = 50;

/** Stops a process that is not our child: asks, waits, kills. Resolves when it is gone. */
export async function stopPid(
  pid: number,
  signal: NodeJS.Signals,
  graceMs: number,
): Promise<'gone' | 'stopped' | 'killed'> {
  if (!(await isAlive(pid))) return 'gone';
  send(pid, signal);
  if (await goneWithin(pid, graceMs)) return 'stopped';
  send(pid, 'SIGKILL');
  await goneWithin(pid, graceMs);
  return 'killed';
}

async function goneWithin(pid: number, ms: number): Promise<boolean> {
  const end = performance.now() + ms;
  while (await isAlive(pid)) {
    if (performance.now() > end) return false;
    await wait(POLL_MS);
  }
  return true;
}

function send(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(pid, signal);
  } catch (cause) {
    // EPERM: it lives and is somebody else's. Anything else: it is gone.
    return cause instanceof Error && 'code' in cause && cause.code === 'EPERM';
  }
}

/** Whether a process runs. One that has ended and that nobody has reaped does not. */
export async function isAlive(pid: number): Promise<boolean> {
  if (!send(pid, 0)) return false;
  if (process.platform !== 'linux') return true;
  // In a container whose first process reaps nobody, a dead orphan stays in the table for ever.
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined);
  return stat !== undefined && stat.slice(stat.lastIndexOf(')') + 2, stat.lastIndexOf(')') + 3) !== 'Z';
}

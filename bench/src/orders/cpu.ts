import { readFileSync } from 'node:fs';

/** Milliseconds of one clock tick of Linux; its USER_HZ is 100 on every platform that Node runs on. */
const TICK_MS = 10;

/**
 * CPU time so far of a process, of its children that live and of those that ended, in milliseconds. Only Linux tells
 * of other processes; undefined elsewhere, and when the process is gone.
 */
const cpuMsOf = (pid: number): number | undefined => {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name in parentheses may hold anything; the numbers begin behind it with the third field (proc(5)).
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const ticks = [11, 12, 13, 14].reduce((sum, field) => sum + Number(fields[field]), 0);
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim();
    const below = children === '' ? [] : children.split(' ').map((child) => cpuMsOf(Number(child)) ?? 0);
    return ticks * TICK_MS + below.reduce((sum, ms) => sum + ms, 0);
  } catch {
    return undefined;
  }
};

/** The same for several, by name. */
export const cpuMsByName = (pids: Readonly<Record<string, number>>): Readonly<Record<string, number>> =>
  Object.fromEntries(
    Object.entries(pids).flatMap(([name, pid]) => {
      const ms = cpuMsOf(pid);
      return ms === undefined ? [] : [[name, ms]];
    }),
  );

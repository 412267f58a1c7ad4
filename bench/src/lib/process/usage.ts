import { readFileSync } from 'node:fs';

/** What a process has used so far; take it twice and subtract. */
export interface Usage {
  readonly cpuUs: number;
  readonly rssBytes: number;
}

/** Of this process. */
export const usage = (): Usage => {
  const { user, system } = process.cpuUsage();
  return { cpuUs: user + system, rssBytes: process.memoryUsage.rss() };
};

/** Linux counts in ticks of a hundredth of a second, whatever its timer does. */
const TICK_US = 10_000;
/** Fields of `/proc/<pid>/stat` after the name, which may hold spaces: state is the first. @see proc_pid_stat(5) */
const STAT = { userTicks: 11, systemTicks: 12, rssPages: 21 } as const;
const PAGE_BYTES = 4_096;

/** Of another process, as Linux tells it; nothing elsewhere. */
export const usageOf = (pid: number): Usage => {
  if (process.platform !== 'linux') return { cpuUs: 0, rssBytes: 0 };
  const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const at = (field: number): number => Number(fields[field]);
  return { cpuUs: (at(STAT.userTicks) + at(STAT.systemTicks)) * TICK_US, rssBytes: at(STAT.rssPages) * PAGE_BYTES };
};

/** Both together. */
export const sumOf = (a: Usage, b: Usage): Usage => ({ cpuUs: a.cpuUs + b.cpuUs, rssBytes: a.rssBytes + b.rssBytes });

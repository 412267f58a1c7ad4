import { readdir, readFile } from 'node:fs/promises';

/** What a process takes of the machine. */
export interface Use {
  readonly rssMib: number;
  readonly files: number;
}

/** What a process takes now; undefined where the system does not tell (it is Linux that does), or when it is gone. */
export async function useOf(pid: number | undefined): Promise<Use | undefined> {
  try {
    const [status, files] = await Promise.all([readFile(`/proc/${pid}/status`, 'utf8'), readdir(`/proc/${pid}/fd`)]);
    const kib = Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1] ?? 0);
    return { rssMib: Math.round(kib / 1_024), files: files.length };
  } catch {
    return undefined;
  }
}

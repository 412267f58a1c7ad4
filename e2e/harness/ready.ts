import type { Command } from './command-line.ts';
import { eventually } from './eventually.ts';

/** The line that `start --json` prints. */
export interface Ready {
  readonly ready: boolean;
  readonly urls: Readonly<Record<'order' | 'docs' | 'sandbox', string>>;
  readonly ports: Readonly<Record<string, number>>;
  readonly pids: Readonly<Record<string, number>>;
  readonly dataDir: string;
  readonly login: { readonly email: string; readonly password: string };
  readonly token: string;
}

const BOOTS_WITHIN_MS = 90_000;

/** Waits for the line and parses it. */
export function readyLine({ child, seen }: Command): Promise<Ready> {
  return eventually('the ready line', BOOTS_WITHIN_MS, () => {
    if (child.exitCode !== null) throw new Error(`start ended with ${child.exitCode}: ${seen.err}`);
    return seen.out.includes('\n') ? (JSON.parse(seen.out) as Ready) : undefined;
  });
}

/** Resolves when none of these processes runs. */
export async function allGone(pids: Readonly<Record<string, number>>, withinMs: number): Promise<void> {
  await eventually(`the end of ${Object.keys(pids).join(', ')}`, withinMs, () =>
    Object.values(pids).some(runs) ? undefined : true,
  );
}

function runs(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    // ESRCH: there is no such process.
    return false;
  }
}

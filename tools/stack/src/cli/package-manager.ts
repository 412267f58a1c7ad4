import { execFile } from 'node:child_process';
import { basename } from 'node:path';
import { promisify } from 'node:util';

const CHECK_EVERY_MS = 500;
const MAX_GENERATIONS = 6;

/**
 * Calls `onGone` once when the package manager that started this process has died.
 * npm and pnpm pass no signal on when they are killed themselves: whoever ends `npx pnpm start` by its pid would leave
 * the whole stack running. Does nothing when no package manager started it.
 */
export async function watchPackageManager(onGone: () => void): Promise<void> {
  if (process.env.npm_lifecycle_event === undefined || process.platform === 'win32') return;
  const family = await packageManagers();
  if (family.length === 0) return;
  const timer = setInterval(() => {
    if (family.every(isAlive)) return;
    clearInterval(timer);
    onGone();
  }, CHECK_EVERY_MS);
  timer.unref();
}

/** The pids from our parent up to the topmost npm, npx or pnpm; the shells above it are the user's and may go. */
async function packageManagers(): Promise<number[]> {
  const family: number[] = [];
  let known = 0;
  for (let pid = process.ppid; pid > 1 && family.length < MAX_GENERATIONS; ) {
    const parent = await describe(pid);
    if (!parent) break;
    family.push(pid);
    if (isPackageManager(parent.args)) known = family.length;
    pid = parent.ppid;
  }
  return family.slice(0, known);
}

async function describe(pid: number): Promise<{ readonly ppid: number; readonly args: string } | undefined> {
  try {
    const { stdout } = await promisify(execFile)('ps', ['-o', 'ppid=,args=', '-p', String(pid)]);
    const [, ppid = '', args = ''] = /^\s*(\d+)\s+(.*)$/m.exec(stdout) ?? [];
    return { ppid: Number(ppid), args };
  } catch {
    // It has just gone, or there is no ps.
    return undefined;
  }
}

/** By the program, not by the whole line: a shell that was told to run pnpm has it in its arguments as well. */
function isPackageManager(args: string): boolean {
  const words = args.split(/\s+/).filter((word) => !word.startsWith('-'));
  const [program = '', script = ''] = words.map((word) => basename(word));
  return NAME.test(program) || (/^node/.test(program) && NAME.test(script));
}

const NAME = /^(npm|npx|pnpm|pnpx)(-cli)?(\.[cm]?js)?$/;

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (cause) {
    return cause instanceof Error && 'code' in cause && cause.code === 'EPERM';
  }
}

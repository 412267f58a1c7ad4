import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync } from 'node:fs';
import { createInterface } from 'node:readline';
import type { Writable } from 'node:stream';
import { setTimeout as wait } from 'node:timers/promises';
import { logLength, logPath, openLog, tailOfLog } from '../data-dir/log-file.ts';
import type { PartSpec } from './spec.ts';

/** How a process ended. */
export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** A process that was spawned. */
export interface Running {
  readonly pid: number;
  readonly exited: Promise<Exit>;
  /** Resolves when it says so or answers its probe; rejects when it ends or takes too long. */
  readonly ready: Promise<void>;
  /** Its leash, where it was asked for. */
  readonly stdin: Writable | null;
  signal(signal: NodeJS.Signals): void;
}

const PROBE_EVERY_MS = 40;

/** Spawns a part with its output going to its log, in a process group of its own: Ctrl-C in the terminal must reach
 * only the stack, which stops the parts in order. */
export async function launch(spec: PartSpec, logDirectory: string): Promise<Running> {
  await spec.prepare?.();
  const path = logPath(logDirectory, spec.name);
  const alreadyLogged = await logLength(path);
  const log = openLog(path);
  let child: ChildProcess;
  try {
    child = spawn(spec.command, spec.args, {
      stdio: [spec.leash ? 'pipe' : 'ignore', spec.ready === 'line' ? 'pipe' : log, log],
      detached: process.platform !== 'win32',
      windowsHide: true,
      ...(spec.env && { env: spec.env }),
      ...(spec.cwd !== undefined && { cwd: spec.cwd }),
      ...(spec.uid !== undefined && { uid: spec.uid }),
      ...(spec.gid !== undefined && { gid: spec.gid }),
    });
  } finally {
    closeSync(log);
  }
  const exited = new Promise<Exit>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code, signal) => resolve({ code, signal }));
  });
  // The pid is missing only when the spawn failed, and then this says why.
  if (child.pid === undefined) {
    await exited;
    throw new Error(`${spec.name} has no pid`);
  }
  // A write to the leash of a process that has just died is no news: its exit is.
  child.stdin?.on('error', () => {});
  return {
    pid: child.pid,
    exited,
    ready: readiness(spec, child, exited, () => tailOfLog(path, alreadyLogged)),
    stdin: child.stdin,
    signal: (signal) => void child.kill(signal),
  };
}

async function readiness(
  spec: PartSpec,
  child: ChildProcess,
  exited: Promise<Exit>,
  said: () => Promise<string[]>,
): Promise<void> {
  const over = new AbortController();
  const late = wait(spec.readyTimeoutMs, undefined, { signal: over.signal, ref: false }).then(async () => {
    throw new Error(`${spec.name} was not ready in ${spec.readyTimeoutMs / 1_000} s${indented(await said())}`);
  });
  const ended = exited.then(async (exit) => {
    throw new Error(`${spec.name} ended before it was ready (${describeExit(exit)})${indented(await said())}`);
  });
  const up = spec.ready === 'line' ? readyLine(child) : probed(spec.ready, over.signal);
  // The losers of the race reject with nobody listening.
  for (const loser of [late, ended, up]) loser.catch(() => {});
  try {
    await Promise.race([up, ended, late]);
  } finally {
    over.abort();
  }
}

function readyLine({ stdout }: ChildProcess): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  if (stdout)
    createInterface(stdout).on('line', (line) => {
      if (isReady(line)) resolve();
    });
  return promise;
}

function isReady(line: string): boolean {
  if (!line.startsWith('{')) return false;
  try {
    const said: unknown = JSON.parse(line);
    return typeof said === 'object' && said !== null && 'ready' in said && said.ready === true;
  } catch {
    // Output that is not the ready line.
    return false;
  }
}

async function probed(probe: () => Promise<void>, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    try {
      return await probe();
    } catch {
      // Not up yet; whoever waits has a deadline and says what it waited for.
      await wait(PROBE_EVERY_MS);
    }
  }
}

function indented(lines: readonly string[]): string {
  return ['; its log says:', ...lines.map((line) => `    ${line}`)].join('\n');
}

/** How a process ended, in words. */
export function describeExit({ code, signal }: Exit): string {
  return signal === null ? `exit code ${code}` : `killed by ${signal}`;
}

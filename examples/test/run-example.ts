import { type ChildProcess, spawn } from 'node:child_process';
import type { TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';

/** Milliseconds an example may run before it counts as one that hangs. */
const PATIENCE_MS = 20_000;

export interface Ended {
  readonly code: number | null;
  readonly lines: readonly string[];
  readonly errors: string;
}

/** A started example; it is killed with the test if it still runs. */
export interface Running {
  readonly process: ChildProcess;
  readonly ended: Promise<Ended>;
  /** Resolves with the first line of output that begins so. */
  line(start: string): Promise<string>;
}

/** Starts `examples/<path>` as a reader would: as a process of its own. */
export const start = (t: TestContext, path: string, args: readonly string[] = []): Running => {
  const script = fileURLToPath(new URL(`../${path}`, import.meta.url));
  const { NODE_TEST_CONTEXT: _, ...env } = process.env;
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', script, ...args], {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: PATIENCE_MS,
  });
  t.after(() => child.kill('SIGKILL'));
  let output = '';
  let errors = '';
  const lines = (): string[] => output.split('\n').filter((line) => line !== '');
  const { promise, resolve, reject } = Promise.withResolvers<Ended>();
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    output += chunk;
  });
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    errors += chunk;
  });
  child.on('error', reject);
  child.on('close', (code) => resolve({ code, lines: lines(), errors }));
  return {
    process: child,
    ended: promise,
    async line(begin) {
      for (;;) {
        const found = lines().find((line) => line.startsWith(begin));
        if (found !== undefined) return found;
        if (child.exitCode !== null) throw new Error(`${path} ended without a line "${begin}": ${errors}`);
        await new Promise((next) => setTimeout(next, 10));
      }
    },
  };
};

/** Runs one to its end. */
export const run = (t: TestContext, path: string, args: readonly string[] = []): Promise<Ended> =>
  start(t, path, args).ended;

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import { until } from '../fixture.ts';

export type Line = Readonly<Record<string, unknown>>;

/** A process that a test started, and what it has said. */
export interface Child {
  /** Where it listens; 0 for one that does not. */
  readonly port: number;
  readonly target: string;
  /** Every line of its stdout and stderr, in the order they came. */
  readonly lines: readonly Line[];
  kill(signal: NodeJS.Signals): void;
  /** Writes a line to its stdin. */
  tell(text: string): void;
  /** Its exit code, once it has ended by itself. */
  readonly exited: Promise<number | null>;
}

/** Starts a program of this folder and waits for its line `{"ready":true}`; killed with the test, frozen or not. */
export const start = async (t: TestContext, program: string, ...args: readonly string[]): Promise<Child> => {
  const child = spawn(process.execPath, [fileURLToPath(new URL(program, import.meta.url)), ...args], { stdio: 'pipe' });
  t.after(() => child.kill('SIGKILL'));
  const lines: Line[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream }).on('line', (line) => lines.push(read(line)));
  }
  const exited = once(child, 'exit').then(([code]) => code as number | null);
  const ready = () => lines.find((line) => line.ready === true);
  await until(() => ready() !== undefined || child.exitCode !== null, `${program} to start`, 20_000);
  if (ready() === undefined) throw new Error(`${program} ended with ${child.exitCode}: ${JSON.stringify(lines)}`);
  const port = Number(ready()?.port ?? 0);
  return {
    port,
    target: `tcp://127.0.0.1:${port}`,
    lines,
    kill: (signal) => void child.kill(signal),
    tell: (text) => void child.stdin.write(`${text}\n`),
    exited,
  };
};

/** A line of JSON; another one is kept as text, so that a crash explains itself. */
const read = (line: string): Line => {
  try {
    return JSON.parse(line) as Line;
  } catch {
    return { text: line };
  }
};

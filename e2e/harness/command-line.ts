import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** A command that was started, with what it has printed so far. */
export interface Command {
  readonly child: ChildProcess;
  readonly seen: { out: string; err: string };
  /** The exit code, or the signal that ended it. */
  readonly exit: Promise<number | NodeJS.Signals | null>;
}

const MAIN = fileURLToPath(new URL('../../tools/stack/src/main.ts', import.meta.url));
const PORTS = ['HTTP', 'ORDER_TCP', 'USER_TCP', 'PRODUCT_TCP', 'PAYMENT_TCP', 'SANDBOX', 'POSTGRES', 'MONGO'];

/** The environment of a stack on free ports with its data in this directory. */
export function stackEnv(dataDir: string): NodeJS.ProcessEnv {
  const { NODE_TEST_CONTEXT: _, ...own } = process.env;
  return { ...own, ...Object.fromEntries(PORTS.map((name) => [`${name}_PORT`, '0'])), DATA_DIR: dataDir };
}

/** Runs `start` as the package script does, in a process group of its own, as a terminal would. */
export function start(args: readonly string[], env: NodeJS.ProcessEnv): Command {
  return run([MAIN, ...args], env);
}

/** Runs a Node program in a process group of its own. */
export function run(args: readonly string[], env: NodeJS.ProcessEnv, cwd?: string): Command {
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', ...args], {
    env,
    ...(cwd !== undefined && { cwd }),
    detached: true,
    // A service that was started by hand stops when this channel closes, so none outlives a test that is killed.
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  const seen = { out: '', err: '' };
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    seen.out += text;
  });
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    seen.err += text;
  });
  const exit = new Promise<number | NodeJS.Signals | null>((resolve) => {
    child.once('close', (code, signal) => resolve(code ?? signal));
  });
  return { child, seen, exit };
}

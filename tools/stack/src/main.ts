import { ConfigError } from '@shop/kit';
import { readArguments } from './cli/arguments.ts';
import { placeDemoOrder } from './cli/demo.ts';
import { HELP } from './cli/help.ts';
import { watchPackageManager } from './cli/package-manager.ts';
import { createProgress } from './cli/progress.ts';
import { readyLine, readyReport } from './cli/ready-report.ts';
import { readConfig } from './config.ts';
import { DataDirInUseError } from './data-dir/take.ts';
import { PortsTakenError } from './ports/ports.ts';
import { type Stack, startStack } from './stack.ts';

/** A package manager may pass on the signal that the terminal has sent to every process already. */
const ECHO_MS = 500;

const started = performance.now();
const stopping = new AbortController();
let stack: Stack | undefined;

// A terminal or a pipe that is gone is no reason to leave parts behind.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});

try {
  process.exitCode = await run();
} catch (cause) {
  if (stopping.signal.aborted) process.exitCode = 0;
  else {
    process.stderr.write(`start: ${describe(cause)}\n`);
    process.exitCode = 1;
  }
}
process.exit();

async function run(): Promise<number> {
  const mode = readArguments(process.argv.slice(2));
  // In JSON mode stdout belongs to the one line.
  const out = mode === 'json' ? process.stderr : process.stdout;
  const write = (line: string): void => void out.write(`${line}\n`);
  if (mode === 'help') {
    out.write(HELP);
    return 0;
  }
  const config = readConfig();
  const progress = createProgress(write);
  const stop = stopRequested((why) => write(`\n${why}; stopping · 종료합니다 (again: at once)`));
  write(`starting the shop · 상점을 시작합니다`);
  try {
    stack = await startStack({ ...config, onEvent: progress.onEvent, signal: stopping.signal });
    write(`  up after ${((performance.now() - started) / 1_000).toFixed(1)} s`);
    if (mode === 'demo') await placeDemoOrder(stack, write);
    else {
      if (mode === 'json') process.stdout.write(`${readyLine(stack)}\n`);
      else write(readyReport(stack));
      await stop;
    }
  } finally {
    await stack?.stop();
    progress.end();
  }
  return 0;
}

/** Resolves when the user asks to stop; asked again, everything ends at once. */
function stopRequested(say: (why: string) => void): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  let askedAtMs = 0;
  const request = (why: string): void => {
    if (stopping.signal.aborted) {
      if (performance.now() - askedAtMs < ECHO_MS) return;
      // What does not die of it is stopped by the guard, whose leash ends with this process.
      stack?.abort();
      process.exit(1);
    }
    askedAtMs = performance.now();
    stopping.abort(new Error('stopped by the user'));
    say(why);
    resolve();
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => request(signal));
  void watchPackageManager(() => request('the command that started this is gone'));
  return promise;
}

/** A refusal that the user can mend is its message; anything else comes with its trace. */
function describe(cause: unknown): string {
  if (!(cause instanceof Error)) return String(cause);
  const plain =
    cause instanceof ConfigError ||
    cause instanceof PortsTakenError ||
    cause instanceof DataDirInUseError ||
    cause instanceof TypeError;
  const because = cause.cause instanceof Error ? `\n  because: ${cause.cause.message}` : '';
  return plain ? cause.message : `${cause.message}${because}`;
}

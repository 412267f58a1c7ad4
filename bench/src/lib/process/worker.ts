import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { pinned } from './pinned.ts';

/** A process of ours that answers questions one after another; see `answer.ts` for its side. */
export interface Worker {
  /** @throws what the worker threw, with the worker's name before it, or that it ended. */
  ask<Answer>(question: unknown): Promise<Answer>;
  /** Ends the process and waits until it is gone. */
  stop(): Promise<void>;
}

export interface WorkerOptions {
  /** What errors call it. */
  readonly name: string;
  /** The program, next to the caller: `new URL('./server.ts', import.meta.url)`. */
  readonly script: URL;
  readonly args?: readonly string[];
  /** Flags for node, as `--expose-gc`. */
  readonly nodeFlags?: readonly string[];
  /** The core it is kept on, where the system can. By habit servers have 0 and clients 1. Default: whichever is free. */
  readonly core?: number;
  readonly env?: Readonly<Record<string, string>>;
}

/** How long a worker may take to end by itself. */
const STOP_MS = 2_000;

export type Reply = { readonly answer: unknown } | { readonly failed: string };

export const startWorker = (options: WorkerOptions): Worker => {
  const [command, ...args] = pinned(options.core, [
    process.execPath,
    '--disable-warning=ExperimentalWarning',
    ...(options.nodeFlags ?? []),
    fileURLToPath(options.script),
    ...(options.args ?? []),
  ]);
  const child: ChildProcess = spawn(command, args, {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    env: { ...process.env, NODE_ENV: 'production', ...options.env },
  });
  const gone = once(child, 'exit');
  // Looked at by ask() and stop() only; a spawn that fails must not end the run unheard in between.
  gone.catch(() => undefined);
  return {
    ask: <Answer>(question: unknown) =>
      new Promise<Answer>((resolve, reject) => {
        const settle = (): void => {
          child.off('message', heard);
          child.off('exit', died);
          child.off('error', failed);
        };
        const failed = (error: Error): void => {
          settle();
          reject(new Error(`${options.name} did not start: ${error.message}`));
        };
        const died = (code: number | null, signal: string | null): void => {
          settle();
          reject(new Error(`${options.name} ended with ${code ?? signal}`));
        };
        const heard = (reply: Reply): void => {
          settle();
          if ('failed' in reply) reject(new Error(`${options.name}: ${reply.failed}`));
          else resolve(reply.answer as Answer);
        };
        child.on('message', heard);
        child.once('exit', died);
        child.once('error', failed);
        if (child.exitCode === null && child.signalCode === null) child.send({ question });
        else died(child.exitCode, child.signalCode);
      }),
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
      // Losing its parent ends a worker, and lets it end what it started; killed, it could not.
      child.disconnect();
      const late = setTimeout(() => child.kill('SIGKILL'), STOP_MS);
      await gone;
      clearTimeout(late);
    },
  };
};

import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { pinned } from '../lib/pinned.ts';
import type { ClientJob, ClientResult } from './client.ts';

/** One target at one concurrency, once. */
export interface Sample extends ClientResult {
  readonly target: string;
  readonly inFlight: number;
  readonly serverCpuUs: number;
  readonly serverRssBytes: number;
}

const path = (name: string): string => fileURLToPath(new URL(`./${name}`, import.meta.url));

const start = (script: string, args: readonly string[], cpu: number): ChildProcess => {
  const [command, ...rest] = pinned(cpu, [
    process.execPath,
    '--disable-warning=ExperimentalWarning',
    path(script),
    ...args,
  ]);
  return spawn(command, rest, {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    env: { ...process.env, NODE_ENV: 'production' },
  });
};

const next = <T>(child: ChildProcess, has: keyof T): Promise<T> =>
  new Promise((resolve, reject) => {
    const heard = (message: T): void => {
      if (typeof message !== 'object' || message === null || !(has in message)) return;
      child.off('message', heard);
      child.off('exit', died);
      resolve(message);
    };
    const died = (code: number | null): void => reject(new Error(`benchmark process ended with ${code}`));
    child.on('message', heard);
    child.once('exit', died);
  });

interface Usage {
  readonly cpuUs: number;
  readonly rssBytes: number;
}

/** Server and client are processes of their own, each on a core of its own where the system can pin them. */
export const sample = async (job: Omit<ClientJob, 'port'>): Promise<Sample> => {
  const server = start('server.ts', [job.target], 0);
  const { port } = await next<{ port: number }>(server, 'port');
  const client = start('client.ts', [], 1);
  try {
    const measuring = next<{ measuring: true }>(client, 'measuring');
    const ended = next<{ result: ClientResult }>(client, 'result');
    client.send({ ...job, port });
    await measuring;
    const before = await usage(server);
    const { result } = await ended;
    const after = await usage(server);
    return {
      ...result,
      target: job.target,
      inFlight: job.inFlight,
      serverCpuUs: after.cpuUs - before.cpuUs,
      serverRssBytes: after.rssBytes,
    };
  } finally {
    server.kill();
    client.kill();
  }
};

const usage = (server: ChildProcess): Promise<Usage> => {
  const answer = next<Usage>(server, 'cpuUs');
  server.send('usage');
  return answer;
};

import type { SelfTime } from '../lib/process/cpu-profile.ts';
import type { Usage } from '../lib/process/usage.ts';
import { startWorker } from '../lib/process/worker.ts';
import type { ClientQuestion, ClientSample } from './client.ts';
import type { ServerQuestion } from './server.ts';
import type { PairName } from './target.ts';

/** How a pair is loaded: so many calls under way, or so many a second whatever becomes of them. */
export type Load = { readonly inFlight: number } | { readonly ratePerSecond: number };

export interface PairSample extends ClientSample {
  readonly serverCpuUs: number;
  readonly serverRssBytes: number;
}

/** Where the two processes spent their time. */
export interface PairProfile {
  readonly server: readonly SelfTime[];
  readonly client: readonly SelfTime[];
}

/** A server and a client of one target, each a process on a core of its own, warmed up. */
export interface Pair {
  measure(load: Load, forMs: number): Promise<PairSample>;
  /** Measures while both sides are profiled, which makes them slower: the sample is not one of their speed. */
  profile(load: Load, forMs: number): Promise<PairSample & { readonly profile: PairProfile }>;
}

export interface PairJob {
  readonly pair: PairName;
  readonly warmUp: { readonly inFlight: number; readonly forMs: number };
}

/** Starts the pair, lends it, and ends it whatever happens. */
export const withPair = async (job: PairJob, use: (pair: Pair) => Promise<void>): Promise<void> => {
  const { target } = job.pair;
  const server = startWorker({
    name: `server of ${target}`,
    script: new URL('./server.ts', import.meta.url),
    core: 0,
  });
  const client = startWorker({
    name: `client of ${target}`,
    script: new URL('./client.ts', import.meta.url),
    core: 1,
  });
  const ask = <Answer = ClientSample>(question: ClientQuestion): Promise<Answer> => client.ask<Answer>(question);
  const askServer = <Answer>(question: ServerQuestion): Promise<Answer> => server.ask<Answer>(question);
  try {
    const { port } = await askServer<{ readonly port: number }>({ serve: job.pair });
    await ask({ connect: { ...job.pair, port } });
    await ask({ warmUp: job.warmUp });
    const measure: Pair['measure'] = async (load, forMs) => {
      // From one load to another, the first moments belong to the former.
      if ('inFlight' in load) await ask({ warmUp: { inFlight: load.inFlight, forMs: Math.min(300, forMs) } });
      const before = await askServer<Usage>('usage');
      const sample = await ask('inFlight' in load ? { closed: { ...load, forMs } } : { open: { ...load, forMs } });
      const after = await askServer<Usage>('usage');
      return { ...sample, serverCpuUs: after.cpuUs - before.cpuUs, serverRssBytes: after.rssBytes };
    };
    await use({
      measure,
      async profile(load, forMs) {
        await Promise.all([askServer('startProfile'), ask('startProfile')]);
        const sample = await measure(load, forMs);
        const [onServer, onClient] = await Promise.all([
          askServer<SelfTime[]>('stopProfile'),
          ask<SelfTime[]>('stopProfile'),
        ]);
        return { ...sample, profile: { server: onServer, client: onClient } };
      },
    });
  } finally {
    await Promise.all([server.stop(), client.stop()]);
  }
};

import { closedLoop } from '../lib/load/closed-loop.ts';
import { type Latency, LatencyRecorder } from '../lib/load/latency.ts';
import type { Loop } from '../lib/load/loop.ts';
import { openLoop } from '../lib/load/open-loop.ts';
import { answerQuestions } from '../lib/process/answer.ts';
import { type SelfTime, startProfile, stopProfile } from '../lib/process/cpu-profile.ts';
import { usage } from '../lib/process/usage.ts';
import { workloadNamed } from '../workloads/index.ts';
import { loadTarget, type PairName } from './target.ts';

export type ClientQuestion =
  | { readonly connect: PairName & { readonly port: number } }
  | { readonly warmUp: { readonly inFlight: number; readonly forMs: number } }
  | { readonly closed: { readonly inFlight: number; readonly forMs: number } }
  | { readonly open: { readonly ratePerSecond: number; readonly forMs: number } }
  | 'startProfile'
  | 'stopProfile';

/** What one measurement found on the client's side. */
export interface ClientSample extends Latency {
  readonly calls: number;
  readonly elapsedMs: number;
  readonly cpuUs: number;
  readonly rssBytes: number;
  /** Open loop only: whether every call that became due was sent. */
  readonly held?: boolean;
}

type Load = Pick<Loop, 'call' | 'check'>;

let load: Load | undefined;

const connect = async (pair: PairName, port: number): Promise<Load> => {
  const carried = workloadNamed(pair.workload);
  const { call } = await (await loadTarget(pair)).connect(port, carried);
  let answers = 0;
  return {
    call,
    // Comparing each in full would be the benchmark; one in a thousand is, the others are looked at.
    check(answer) {
      answers += 1;
      if (answers % 1_000 === 1) carried.verify(answer);
      else carried.check(answer);
    },
  };
};

const measure = async (
  run: (latency: LatencyRecorder) => Promise<{ readonly calls: number; readonly held?: boolean }>,
): Promise<ClientSample> => {
  const latency = new LatencyRecorder();
  const before = usage();
  const startedMs = performance.now();
  const counted = await run(latency);
  const elapsedMs = performance.now() - startedMs;
  const after = usage();
  return {
    ...counted,
    ...latency.summary(),
    elapsedMs,
    cpuUs: after.cpuUs - before.cpuUs,
    rssBytes: after.rssBytes,
  };
};

/** The client process: calls one target, first to warm up and then to measure. */
answerQuestions(async (question: ClientQuestion): Promise<ClientSample | SelfTime[] | undefined> => {
  if (question === 'stopProfile') return stopProfile();
  if (question === 'startProfile') {
    await startProfile();
    return undefined;
  }
  if ('connect' in question) {
    load = await connect(question.connect, question.connect.port);
    load.check(await load.call());
    return undefined;
  }
  const ready = load;
  if (ready === undefined) throw new Error('connect first');
  if ('warmUp' in question) {
    await closedLoop({ ...ready, ...question.warmUp });
    return undefined;
  }
  return measure(async (latency) =>
    'closed' in question
      ? { calls: await closedLoop({ ...ready, ...question.closed, latency }) }
      : openLoop({ ...ready, ...question.open, latency }),
  );
});

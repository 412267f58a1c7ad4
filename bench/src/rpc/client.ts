import { createHistogram } from 'node:perf_hooks';
import { TARGETS } from './targets/index.ts';
import { verify } from './workload.ts';

/** A client process: keeps `inFlight` calls under way on one connection, first to warm up and then to measure. */
export interface ClientJob {
  readonly target: string;
  readonly port: number;
  readonly inFlight: number;
  readonly warmUpMs: number;
  readonly measureMs: number;
}

export interface ClientResult {
  readonly calls: number;
  readonly elapsedMs: number;
  readonly cpuUs: number;
  readonly rssBytes: number;
  /** Microseconds. */
  readonly p50: number;
  readonly p99: number;
  readonly p999: number;
}

const run = async (job: ClientJob): Promise<ClientResult> => {
  const target = TARGETS.find(({ name }) => name === job.target);
  if (target === undefined) throw new Error(`no target ${job.target}`);
  const caller = await target.connect(job.port);
  verify(await caller.call());
  await drive(caller.call, job.inFlight, job.warmUpMs, undefined);
  process.send?.({ measuring: true });
  const histogram = createHistogram();
  const cpuBefore = process.cpuUsage();
  const startedMs = performance.now();
  const calls = await drive(caller.call, job.inFlight, job.measureMs, (us) => histogram.record(Math.max(1, us)));
  const elapsedMs = performance.now() - startedMs;
  const { user, system } = process.cpuUsage(cpuBefore);
  verify(await caller.call());
  await caller.close();
  return {
    calls,
    elapsedMs,
    cpuUs: user + system,
    rssBytes: process.memoryUsage.rss(),
    p50: histogram.percentile(50),
    p99: histogram.percentile(99),
    p999: histogram.percentile(99.9),
  };
};

/** Answers are counted whole and one in a thousand is compared in full; comparing each would be the benchmark. */
const drive = async (
  call: () => Promise<unknown>,
  inFlight: number,
  forMs: number,
  record: ((microseconds: number) => void) | undefined,
): Promise<number> => {
  const untilMs = performance.now() + forMs;
  let calls = 0;
  const lane = async (): Promise<void> => {
    for (let now = performance.now(); now < untilMs; ) {
      const answer = await call();
      const after = performance.now();
      record?.(Math.round((after - now) * 1_000));
      now = after;
      calls += 1;
      if (!Array.isArray(answer) || answer.length !== 2) throw new Error('answer is not the two products asked for');
      if (calls % 1_000 === 0) verify(answer);
    }
  };
  await Promise.all(Array.from({ length: inFlight }, lane));
  return calls;
};

process.on('message', (job: ClientJob) => {
  run(job).then(
    (result) => process.send?.({ result }, () => process.exit(0)),
    (error: unknown) => {
      process.stderr.write(`${String(error)}\n`);
      process.exit(1);
    },
  );
});

import type { Claim } from '../lib/claim.ts';
import { namesAmong, wholeNumbers } from '../lib/options.ts';
import { TARGETS } from '../rpc/targets/index.ts';
import { WORKLOADS } from '../workloads/index.ts';
import { profileCharts, profileTables, profilingCost } from './report.ts';
import { profileRounds } from './rounds.ts';

/** Calls under way, by workload, where the command line says nothing: what the figures of `rpc` are taken at. */
const IN_FLIGHT: Readonly<Record<string, readonly number[]>> = {
  products: [64, 1],
  'object-1kb': [64],
  'text-100kb': [16],
};

const NOTES = [
  "V8's CPU profiler, a sample each half millisecond, in both processes after the warm-up. Time is of the function that ran, not of its callers, and what V8 inlined counts where it was written. Shares are means over the rounds.",
  'Event loop and reads: CPU of the thread that V8 saw no function for. libuv waits for sockets and reads them there; `(polling)` and `(program)` among the functions.',
  'Socket writes are the system calls with what libuv does around them, since Node tries to write at once.',
  'Other threads, which collect garbage and compile, are in the microseconds of a call but not in the profile: they are spread over all parts.',
  '`src/profile/parts.ts` says which function belongs to which part. Code of the library is in its colour.',
];

export const profile: Claim = {
  name: 'profile',
  summary: 'Where the CPU of a call goes, by part and by function, on both sides',
  options: {
    target: {
      type: 'string',
      value: 'NAME,NAME',
      default: 'cmdrpc',
      help: `targets: ${TARGETS.map(({ name }) => name).join(', ')}`,
    },
    workload: {
      type: 'string',
      value: 'NAME,NAME',
      default: 'products,text-100kb',
      help: `workloads: ${WORKLOADS.map(({ name }) => name).join(', ')}`,
    },
    'in-flight': {
      type: 'string',
      value: 'N,N',
      help: 'calls under way at a time (default 64 and 1 of products, 16 of 100 KB)',
    },
  },
  async run(run) {
    const targets = namesAmong(
      'target',
      run.options.target,
      TARGETS.map(({ name }) => name),
    );
    const workloads = namesAmong(
      'workload',
      run.options.workload,
      WORKLOADS.map(({ name }) => name),
    );
    const asked = wholeNumbers('in-flight', run.options['in-flight']);
    const scenes = workloads.flatMap((workload) =>
      (asked.length === 0 ? (IN_FLIGHT[workload] ?? [64]) : asked).flatMap((inFlight) =>
        TARGETS.filter(({ name }) => targets.includes(name))
          .filter((target) => target.workloads?.includes(workload) ?? true)
          .map(({ name }) => ({ target: name, workload, inFlight })),
      ),
    );
    const samples = await profileRounds(new URL('../rpc/targets/index.ts', import.meta.url), scenes, run);
    return {
      figures: [],
      tables: profileTables(samples),
      charts: profileCharts(samples),
      notes: [...NOTES, profilingCost(samples)],
      samples,
    };
  },
};

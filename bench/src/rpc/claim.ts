import type { Load } from '../calls/pair.ts';
import { chartOf, tableOf } from '../calls/report.ts';
import { type Plan, runRounds } from '../calls/rounds.ts';
import { callsPerSecond, type Sample } from '../calls/sample.ts';
import type { Target } from '../calls/target.ts';
import type { Claim, Run } from '../lib/claim.ts';
import { namesAmong, wholeNumbers } from '../lib/options.ts';
import type { Chart } from '../lib/report/chart.ts';
import type { Report } from '../lib/report/report.ts';
import type { Table } from '../lib/report/table.ts';
import { WORKLOADS } from '../workloads/index.ts';
import { products } from '../workloads/products.ts';
import { rpcFigures } from './figures.ts';
import { TARGETS } from './targets/index.ts';

/** Calls under way, by workload, where the command line says nothing. */
const IN_FLIGHT: Readonly<Record<string, readonly number[]>> = {
  products: [1, 64, 256],
  'object-1kb': [64],
  'text-100kb': [16],
};
const SLOW_IN_FLIGHT = [64];

/** Who carries the echoes, and who is measured in the open loop, where the command line names nobody. */
const ECHOING: readonly string[] = ['limit-raw', 'limit-text', 'limit-msgpackr', 'cmdrpc', 'nest-tcp'];
const NOT_OPEN: readonly string[] = ['cmdrpc-bare'];

const NOTES = [
  'One connection each, but for Fastify + undici, which has 16: HTTP/1.1 carries one call at a time on each.',
  'Ratios are taken within a round and their median is shown; every second round goes through the targets backwards.',
  'Every answer is looked at, one in a thousand compared in full.',
  'CPU per call counts the client that drives as well, for every target alike.',
  'In the open loop calls are due on a schedule and latency counts from the due time, so a stall is felt by every call it delays. The client polls between calls, hence its CPU says nothing there. A rate that a target cannot hold is left out.',
];

const plansOf = (run: Run, targets: readonly Target[]): Plan[] => {
  const workloads = namesAmong(
    'workload',
    run.options.workload,
    WORKLOADS.map(({ name }) => name),
  );
  const isNamed = run.options.only !== undefined;
  const inFlight = wholeNumbers('in-flight', run.options['in-flight']);
  const rates = wholeNumbers('rate', run.options.rate);
  return workloads.flatMap((workload) =>
    targets
      .filter((target) => target.workloads?.includes(workload) ?? true)
      .filter(({ name }) => isNamed || workload === products.name || ECHOING.includes(name))
      .map((target) => {
        const usual = target.slow === true ? SLOW_IN_FLIGHT : (IN_FLIGHT[workload] ?? SLOW_IN_FLIGHT);
        const closed: Load[] = (inFlight.length === 0 ? usual : inFlight).map((count) => ({ inFlight: count }));
        const open: Load[] = rates.map((ratePerSecond) => ({ ratePerSecond }));
        const isOpen =
          workload === products.name && target.tone !== 'limit' && (isNamed || !NOT_OPEN.includes(target.name));
        return { target: target.name, workload, loads: isOpen ? [...closed, ...open] : closed };
      }),
  );
};

const tablesOf = (samples: readonly Sample[]): Table[] => {
  const loads = Map.groupBy(samples, titleOf);
  return [...loads].map(([title, group]) => tableOf(title, group, title === 'products, 64 in flight'));
};

const titleOf = ({ workload, inFlight, ratePerSecond }: Sample): string =>
  inFlight > 0 ? `${workload}, ${inFlight} in flight` : `${workload}, open loop at ${ratePerSecond} calls/s`;

const chartsOf = (samples: readonly Sample[]): Chart[] => {
  const at = (inFlight: number): Sample[] =>
    samples.filter((one) => one.workload === 'products' && one.inFlight === inFlight);
  return [
    chartOf(
      { title: 'Calls a second, 64 in flight', unit: 'calls/s', better: 'higher' },
      TARGETS,
      at(64),
      callsPerSecond,
    ),
    chartOf(
      { title: 'Calls a second, 256 in flight', unit: 'calls/s', better: 'higher' },
      TARGETS,
      at(256),
      callsPerSecond,
    ),
    chartOf(
      { title: 'p99 latency, 64 in flight', unit: 'milliseconds', better: 'lower', digits: 2 },
      TARGETS,
      at(64),
      ({ p99Ms }) => p99Ms,
    ),
  ].filter(({ bars }) => bars.length > 0);
};

export const rpc: Claim = {
  name: 'rpc',
  summary: 'Calls a second, latency and CPU of cmdrpc against limits and rivals',
  options: {
    only: { type: 'string', value: 'NAME,NAME', help: `targets: ${TARGETS.map(({ name }) => name).join(', ')}` },
    workload: {
      type: 'string',
      value: 'NAME,NAME',
      help: `workloads: ${WORKLOADS.map(({ name }) => name).join(', ')}`,
    },
    'in-flight': {
      type: 'string',
      value: 'N,N',
      help: 'calls under way at a time (default 1,64,256 of the small ones)',
    },
    rate: { type: 'string', value: 'N,N', default: '4000,40000', help: 'open loop: calls due a second' },
  },
  async run(run): Promise<Report> {
    const names = namesAmong(
      'only',
      run.options.only,
      TARGETS.map(({ name }) => name),
    );
    const asked = TARGETS.filter(({ name }) => names.includes(name));
    const missing = asked.flatMap((target) => target.missing?.() ?? []);
    const plans = plansOf(
      run,
      asked.filter((target) => target.missing?.() === undefined),
    );
    const samples = await runRounds(new URL('./targets/index.ts', import.meta.url), plans, run);
    return {
      figures: rpcFigures(samples),
      tables: tablesOf(samples),
      charts: chartsOf(samples),
      notes: [...NOTES, ...missing, ...asked.map(({ name, what }) => `${name}: ${what}.`)],
      samples,
    };
  },
};

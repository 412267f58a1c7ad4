import { chartOf, tableOf } from '../calls/report.ts';
import { runRounds } from '../calls/rounds.ts';
import { callsPerSecond } from '../calls/sample.ts';
import type { Claim } from '../lib/claim.ts';
import { median } from '../lib/median.ts';
import { namesAmong, UsageError, wholeNumber } from '../lib/options.ts';
import type { Chart } from '../lib/report/chart.ts';
import { figuresOf, type Goal } from '../lib/report/figure.ts';
import { overRounds } from '../lib/report/over-rounds.ts';
import type { Table } from '../lib/report/table.ts';
import { products } from '../workloads/products.ts';
import { BUSY_COUNTS, BUSY_NAMES, busyName, TARGETS } from './busy-targets.ts';
import { type IdleSample, idleRounds } from './idle.ts';
import { IDLE_TARGETS, MANY_ENDPOINTS, SOCKET } from './idle-targets.ts';

/** `limits.maxConnections` of a server as it is installed is 10 000, and some are open before these. */
const MOST = 8_000;

const PARTS = ['idle', 'busy'] as const;

const goal = (side: IdleSample['side']): Goal => ({
  what: `memory of an idle connection against a bare socket, ${side}`,
  unit: '×',
  better: 'lower',
  atLeast: 2,
  aim: 1.3,
});

const idleRatios = (samples: readonly IdleSample[], side: IdleSample['side']): number[] => {
  const of = (target: string) => samples.filter((one) => one.target === target && one.side === side);
  return of(MANY_ENDPOINTS).flatMap((ours) => {
    const socket = of(SOCKET).find(({ round }) => round === ours.round);
    return socket === undefined ? [] : [ours.rssBytes / socket.rssBytes];
  });
};

/** Those that were measured. */
const heldTargets = (samples: readonly IdleSample[]) =>
  IDLE_TARGETS.filter(({ name }) => samples.some(({ target }) => target === name));

const idleTable = (samples: readonly IdleSample[], connections: number): Table => ({
  title: `KB for each of ${connections.toLocaleString('en-US')} idle connections`,
  headline: true,
  columns: [
    { key: 'target', title: 'target' },
    { key: 'side', title: 'side' },
    { key: 'rssKb', title: 'RSS', digits: 1 },
    { key: 'heapKb', title: 'heap', digits: 1 },
    { key: 'externalKb', title: 'external', digits: 1 },
  ],
  rows: heldTargets(samples).flatMap(({ name }) =>
    (['server', 'client'] as const).map((side) => {
      const of = samples.filter((one) => one.target === name && one.side === side);
      const kb = (pick: (one: IdleSample) => number): number => median(of.map(pick)) / 1_024;
      return {
        target: name,
        side,
        rssKb: kb(({ rssBytes }) => rssBytes),
        heapKb: kb(({ heapBytes }) => heapBytes),
        externalKb: kb(({ externalBytes }) => externalBytes),
      };
    }),
  ),
});

const idleChart = (samples: readonly IdleSample[], side: IdleSample['side']): Chart => ({
  title: `Memory of an idle connection, ${side} side`,
  unit: 'KB of RSS',
  better: 'lower',
  digits: 1,
  bars: heldTargets(samples).map(({ name, tone }) => {
    const kb = samples
      .filter((one) => one.target === name && one.side === side)
      .map(({ rssBytes }) => rssBytes / 1_024);
    return { label: name, ...overRounds(kb), tone };
  }),
});

export const connections: Claim = {
  name: 'connections',
  summary: 'Memory of idle connections, and calls a second over many of them',
  options: {
    idle: { type: 'string', value: 'N', default: '5000', help: `idle connections, at most ${MOST}` },
    part: { type: 'string', value: 'NAME', help: `one half only: ${PARTS.join(' or ')}` },
  },
  async run(run) {
    const count = wholeNumber('idle', run.options.idle);
    if (count > MOST) throw new UsageError(`--idle must be at most ${MOST}, not ${count}`);
    const parts = namesAmong('part', run.options.part, PARTS);
    const idle = parts.includes('idle') ? await idleRounds(count, run) : [];
    const plans = BUSY_COUNTS.flatMap((inFlight) =>
      BUSY_NAMES.map((name) => ({
        target: busyName(name, inFlight),
        workload: products.name,
        loads: [{ inFlight }],
      })),
    );
    const module = new URL('./busy-targets.ts', import.meta.url);
    const busy = parts.includes('busy') ? await runRounds(module, plans, run) : [];
    const busyOver = (inFlight: number) => busy.filter((one) => one.inFlight === inFlight);
    const busyCounts = BUSY_COUNTS.filter((inFlight) => busyOver(inFlight).length > 0);
    return {
      figures: figuresOf([
        [goal('server'), idleRatios(idle, 'server')],
        [goal('client'), idleRatios(idle, 'client')],
      ]),
      tables: [
        ...(idle.length === 0 ? [] : [idleTable(idle, count)]),
        ...busyCounts.map((inFlight) =>
          tableOf(`${inFlight} connections, one call under way on each`, busyOver(inFlight)),
        ),
      ],
      charts: [
        ...(idle.length === 0 ? [] : (['server', 'client'] as const).map((side) => idleChart(idle, side))),
        ...busyCounts.map((inFlight) =>
          chartOf(
            { title: `Calls a second over ${inFlight} connections`, unit: 'calls/s', better: 'higher' },
            TARGETS,
            busyOver(inFlight),
            callsPerSecond,
          ),
        ),
      ],
      notes: [
        'Every idle connection carried a call before it was left alone. Memory is what a process grew by, after collecting garbage, for each connection; 2,000 were opened before the first look. The young generation is kept at a megabyte and unused memory is given back first, so that what was allocated on the way does not count as held.',
        ...IDLE_TARGETS.map(({ name, what }) => `Idle, ${name}: ${what}.`),
        ...IDLE_TARGETS.flatMap((target) => target.missing?.() ?? []),
        'Buffers of the kernel are not in these numbers; they are the same for all.',
      ],
      samples: [...idle, ...busy],
    };
  },
};

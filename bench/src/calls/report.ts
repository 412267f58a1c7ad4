import { median } from '../lib/median.ts';
import type { Chart } from '../lib/report/chart.ts';
import { overRounds, spreadText } from '../lib/report/over-rounds.ts';
import type { Table } from '../lib/report/table.ts';
import { callsPerSecond, type Sample } from './sample.ts';
import type { Target } from './target.ts';

/** Samples of one target under one load, over the rounds. */
interface Group {
  readonly target: string;
  readonly samples: readonly Sample[];
}

const groupsOf = (samples: readonly Sample[]): readonly Group[] =>
  Object.entries(Object.groupBy(samples, ({ target }) => target)).map(([target, group]) => ({
    target,
    samples: group ?? [],
  }));

const over = (group: Group, pick: (one: Sample) => number): number => median(group.samples.map(pick));

const COLUMNS: Table['columns'] = [
  { key: 'target', title: 'target' },
  { key: 'callsPerSecond', title: 'calls/s' },
  { key: 'spread', title: 'min–max' },
  { key: 'p50Ms', title: 'p50 ms', digits: 3 },
  { key: 'p99Ms', title: 'p99 ms', digits: 2 },
  { key: 'p999Ms', title: 'p99.9 ms', digits: 2 },
  { key: 'clientUsPerCall', title: 'client CPU µs/call', digits: 1 },
  { key: 'serverUsPerCall', title: 'server CPU µs/call', digits: 1 },
  { key: 'clientRssMb', title: 'client RSS MB' },
  { key: 'serverRssMb', title: 'server RSS MB' },
];

/** Medians over the rounds, a row for each target, in the order of the targets. */
export const tableOf = (title: string, samples: readonly Sample[], headline = false): Table => ({
  title,
  headline,
  columns: COLUMNS,
  rows: groupsOf(samples).map((group) => {
    const rates = group.samples.map(callsPerSecond);
    return {
      target: group.target,
      callsPerSecond: median(rates),
      spread: spreadText(rates),
      p50Ms: over(group, ({ p50Ms }) => p50Ms),
      p99Ms: over(group, ({ p99Ms }) => p99Ms),
      p999Ms: over(group, ({ p999Ms }) => p999Ms),
      clientUsPerCall: over(group, ({ cpuUs, calls }) => cpuUs / calls),
      serverUsPerCall: over(group, ({ serverCpuUs, calls }) => serverCpuUs / calls),
      clientRssMb: over(group, ({ rssBytes }) => rssBytes) / 2 ** 20,
      serverRssMb: over(group, ({ serverRssBytes }) => serverRssBytes) / 2 ** 20,
    };
  }),
});

/** One number of each target as bars. */
export const chartOf = (
  facts: Omit<Chart, 'bars'>,
  targets: readonly Target[],
  samples: readonly Sample[],
  pick: (one: Sample) => number,
): Chart => ({
  ...facts,
  bars: groupsOf(samples).map((group) => ({
    label: group.target,
    ...overRounds(group.samples.map(pick)),
    tone: targets.find(({ name }) => name === group.target)?.tone ?? 'rival',
  })),
});

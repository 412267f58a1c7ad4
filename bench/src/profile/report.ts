import { median } from '../lib/median.ts';
import type { Chart } from '../lib/report/chart.ts';
import type { Table } from '../lib/report/table.ts';
import { OTHER, PARTS } from './parts.ts';
import { type HotFunction, type ProfileSample, type Scene, SIDES, type Side } from './sample.ts';

const SHOWN = 10;
const PART_NAMES: readonly string[] = [...PARTS.map(({ name }) => name), OTHER];

const titleOf = ({ target, workload, inFlight }: Scene): string => `${target}, ${workload}, ${inFlight} in flight`;

/** The sides of one scene over the rounds. */
interface Group {
  readonly title: string;
  readonly samples: readonly ProfileSample[];
}

const groupsOf = (samples: readonly ProfileSample[]): Group[] =>
  [...Map.groupBy(samples, titleOf)].map(([title, group]) => ({ title, samples: group }));

const sideOf = ({ samples }: Group, side: Side): readonly ProfileSample[] => samples.filter((one) => one.side === side);

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

/** Microseconds of a call that go to a part. Means, not medians: parts of medians would not add up to the whole. */
const partUs = (samples: readonly ProfileSample[], part: string): number =>
  mean(samples.map(({ cpuUs, shares }) => cpuUs * (shares[part] ?? 0)));

const callUs = (samples: readonly ProfileSample[]): number => mean(samples.map(({ cpuUs }) => cpuUs));

const partsTable = (group: Group): Table => {
  const row = (part: string, usOf: (samples: readonly ProfileSample[]) => number) => ({
    part,
    ...Object.fromEntries(
      SIDES.flatMap((side) => {
        const samples = sideOf(group, side);
        const us = usOf(samples);
        return [
          [`${side}Us`, us],
          [`${side}Percent`, (us / callUs(samples)) * 100],
        ];
      }),
    ),
  });
  const isSeen = (part: string): boolean => group.samples.some(({ shares }) => (shares[part] ?? 0) > 0);
  return {
    title: `${group.title}: CPU of a call by part`,
    columns: [
      { key: 'part', title: 'part' },
      ...SIDES.flatMap((side) => [
        { key: `${side}Us`, title: `${side} µs/call`, digits: 2 },
        { key: `${side}Percent`, title: '%', digits: 1 },
      ]),
    ],
    rows: [...PART_NAMES.filter(isSeen).map((part) => row(part, (of) => partUs(of, part))), row('all', callUs)],
  };
};

/** Of the rounds together; one that is not among the hottest of a round counts nothing in it. */
const hottestOf = (samples: readonly ProfileSample[]): HotFunction[] => {
  const functions = Map.groupBy(
    samples.flatMap(({ hottest }) => hottest),
    ({ name, where }) => `${name} ${where}`,
  );
  return [...functions.values()]
    .flatMap(([first, ...rest]) =>
      first === undefined
        ? []
        : [{ ...first, share: [first, ...rest].reduce((sum, { share }) => sum + share, 0) / samples.length }],
    )
    .sort((a, b) => b.share - a.share)
    .slice(0, SHOWN);
};

const hottestTable = (group: Group, side: Side): Table => {
  const samples = sideOf(group, side);
  return {
    title: `${group.title}: hottest functions of the ${side}`,
    columns: [
      { key: 'name', title: 'function' },
      { key: 'where', title: 'where' },
      { key: 'us', title: 'µs/call', digits: 2 },
      { key: 'percent', title: '%', digits: 1 },
    ],
    rows: hottestOf(samples).map(({ name, where, share }) => ({
      name,
      where,
      us: share * callUs(samples),
      percent: share * 100,
    })),
  };
};

export const profileTables = (samples: readonly ProfileSample[]): Table[] =>
  groupsOf(samples).flatMap((group) => [partsTable(group), ...SIDES.map((side) => hottestTable(group, side))]);

export const profileCharts = (samples: readonly ProfileSample[]): Chart[] =>
  groupsOf(samples).map((group) => ({
    title: `${group.title}: CPU of a call by part, server and client`,
    unit: 'microseconds',
    better: 'lower',
    digits: 2,
    bars: PART_NAMES.map((part) => ({
      label: part,
      value: SIDES.reduce((sum, side) => sum + partUs(sideOf(group, side), part), 0),
      tone: PARTS.find(({ name }) => name === part)?.ours === true ? ('ours' as const) : ('limit' as const),
    })).filter(({ value }) => value > 0),
  }));

/** What profiling cost, so that a reader knows how much the profile changed what it looks at. */
export const profilingCost = (samples: readonly ProfileSample[]): string => {
  const ratio = median(samples.map(({ cpuUs, profiledCpuUs }) => profiledCpuUs / cpuUs));
  return `While it was profiled a call cost ${ratio.toFixed(2)} times as much; the microseconds are of the measurement just before, without it.`;
};

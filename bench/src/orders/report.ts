import { median } from '../lib/median.ts';
import type { Chart } from '../lib/report/chart.ts';
import { type Figure, figuresOf } from '../lib/report/figure.ts';
import { overRounds, spreadText } from '../lib/report/over-rounds.ts';
import type { Table } from '../lib/report/table.ts';
import { ordersPerSecond, type Sample, TARGETS, type TargetName } from './sample.ts';

const of = (samples: readonly Sample[], target: TargetName): readonly Sample[] =>
  samples.filter((one) => one.target === target);

/** The promise: what HTTP, RPC and being four processes leave of what one process can do. */
export const orderFigures = (samples: readonly Sample[]): Figure[] => {
  const ratios = of(samples, 'four services').flatMap((services) => {
    const single = of(samples, 'one process').find(({ round }) => round === services.round);
    return single === undefined ? [] : [ordersPerSecond(services) / ordersPerSecond(single)];
  });
  return figuresOf([
    [
      {
        what: 'orders/s through HTTP and four services against one process',
        unit: '×',
        better: 'higher',
        atLeast: 0.5,
        aim: 0.75,
      },
      ratios,
    ],
  ]);
};

export const orderTables = (samples: readonly Sample[]): Table[] => [
  {
    title: 'Orders a second',
    headline: true,
    columns: [
      { key: 'target', title: 'target' },
      { key: 'ordersPerSecond', title: 'orders/s' },
      { key: 'spread', title: 'min–max' },
      { key: 'p50Ms', title: 'p50 ms', digits: 1 },
      { key: 'p99Ms', title: 'p99 ms', digits: 1 },
      { key: 'p999Ms', title: 'p99.9 ms', digits: 1 },
      { key: 'cpuMs', title: 'CPU ms/order', digits: 2 },
    ],
    rows: TARGETS.map((target) => {
      const own = of(samples, target);
      const rates = own.map(ordersPerSecond);
      return {
        target,
        ordersPerSecond: median(rates),
        spread: spreadText(rates),
        p50Ms: median(own.map(({ p50Ms }) => p50Ms)),
        p99Ms: median(own.map(({ p99Ms }) => p99Ms)),
        p999Ms: median(own.map(({ p999Ms }) => p999Ms)),
        cpuMs: median(own.map((one) => totalOf(one) / one.orders)),
      };
    }),
  },
  {
    title: 'CPU by process, milliseconds an order',
    columns: [
      { key: 'process', title: 'process' },
      ...TARGETS.map((target) => ({ key: target, title: target, digits: 3 })),
    ],
    rows: processesOf(samples).map((process) => ({
      process,
      ...Object.fromEntries(
        TARGETS.map((target) => [target, median(of(samples, target).map((one) => perOrder(one, process)))]),
      ),
    })),
  },
];

export const orderCharts = (samples: readonly Sample[]): Chart[] => [
  {
    title: 'Orders a second',
    unit: 'orders/s',
    better: 'higher',
    bars: TARGETS.map((target) => ({
      label: target,
      ...overRounds(of(samples, target).map(ordersPerSecond)),
      tone: target === 'one process' ? 'limit' : 'ours',
    })),
  },
];

const perOrder = ({ cpuMs, orders }: Sample, process: string): number => (cpuMs[process] ?? 0) / orders;

const totalOf = ({ cpuMs }: Sample): number => Object.values(cpuMs).reduce((sum, ms) => sum + ms, 0);

const processesOf = (samples: readonly Sample[]): readonly string[] => [
  ...new Set(samples.flatMap(({ cpuMs }) => Object.keys(cpuMs))),
];

import { type Comparison, ratiosOf } from '../calls/ratio.ts';
import { callsPerSecond, cpuUsPerCall, type Sample } from '../calls/sample.ts';
import { type Figure, figuresOf, type Goal } from '../lib/report/figure.ts';

const more = (what: string, atLeast: number, aim: number): Goal => ({
  what,
  unit: '×',
  better: 'higher',
  atLeast,
  aim,
});
const less = (what: string, atLeast: number, aim: number): Goal => ({ what, unit: '×', better: 'lower', atLeast, aim });

const products = (inFlight: number, theirs: string, pick: (one: Sample) => number): Comparison => ({
  workload: 'products',
  load: { inFlight },
  ours: 'cmdrpc',
  theirs,
  pick,
});

/** What is promised of the library, with every default policy and validation on. */
const GOALS: readonly (readonly [Goal, Comparison])[] = [
  [more('calls/s at 64 in flight against Nest TCP', 2, 3), products(64, 'nest-tcp', callsPerSecond)],
  [more('calls/s at 256 in flight against Nest TCP', 3, 6), products(256, 'nest-tcp', callsPerSecond)],
  [more('calls/s at 64 in flight against bare msgpackr', 0.9, 1.3), products(64, 'limit-msgpackr', callsPerSecond)],
  [more('calls/s at 64 in flight against constant bytes', 0.33, 0.5), products(64, 'limit-raw', callsPerSecond)],
  [less('p50 at 1 in flight against constant bytes', 1.4, 1.15), products(1, 'limit-raw', ({ p50Ms }) => p50Ms)],
  [less('p99 at 64 in flight against Nest TCP', 0.6, 0.4), products(64, 'nest-tcp', ({ p99Ms }) => p99Ms)],
  [
    less('CPU per call of 100 KB text against constant bytes', 1.5, 1.1),
    { workload: 'text-100kb', load: { inFlight: 16 }, ours: 'cmdrpc', theirs: 'limit-raw', pick: cpuUsPerCall },
  ],
];

export const rpcFigures = (samples: readonly Sample[]): Figure[] =>
  figuresOf(GOALS.map(([goal, comparison]) => [goal, ratiosOf(samples, comparison)] as const));

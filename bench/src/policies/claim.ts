import { chartOf, tableOf } from '../calls/report.ts';
import { runRounds } from '../calls/rounds.ts';
import { cpuUsPerCall, type Sample } from '../calls/sample.ts';
import type { Claim } from '../lib/claim.ts';
import { median } from '../lib/median.ts';
import { wholeNumber } from '../lib/options.ts';
import { figuresOf, type Goal } from '../lib/report/figure.ts';
import { spreadText } from '../lib/report/over-rounds.ts';
import type { Table } from '../lib/report/table.ts';
import { products } from '../workloads/products.ts';
import { EVERYTHING, NOTHING, TARGETS } from './variants.ts';

const SHARE: Goal = {
  what: 'share of default policies and validation in the CPU of a call',
  unit: '%',
  better: 'lower',
  atLeast: 25,
  aim: 10,
};

/** What a call costs less without it, as a share of the call with everything on, in each round. */
const savedPercent = (samples: readonly Sample[], without: string): number[] => {
  const costOf = (round: number, target: string): number | undefined => {
    const found = samples.find((one) => one.round === round && one.target === target);
    return found === undefined ? undefined : cpuUsPerCall(found);
  };
  return [...new Set(samples.map(({ round }) => round))].flatMap((round) => {
    const all = costOf(round, EVERYTHING);
    const less = costOf(round, without);
    return all === undefined || less === undefined ? [] : [(1 - less / all) * 100];
  });
};

const costs = (samples: readonly Sample[]): Table => ({
  title: 'What each costs',
  headline: true,
  columns: [
    { key: 'variant', title: 'variant' },
    { key: 'cpuUs', title: 'CPU µs/call, client + server', digits: 1 },
    { key: 'savedPercent', title: 'saved, % of a call', digits: 1 },
    { key: 'spread', title: 'min–max' },
  ],
  rows: TARGETS.map(({ name }) => {
    const saved = savedPercent(samples, name);
    return {
      variant: name,
      cpuUs: median(samples.filter(({ target }) => target === name).map(cpuUsPerCall)),
      savedPercent: name === EVERYTHING ? null : median(saved),
      spread: name === EVERYTHING ? '' : spreadText(saved, 1),
    };
  }),
});

export const policies: Claim = {
  name: 'policies',
  summary: 'What each default policy costs: CPU of a call with everything on, and with each switched off',
  options: {
    'in-flight': { type: 'string', value: 'N', default: '64', help: 'calls under way at a time' },
  },
  async run(run) {
    const loads = [{ inFlight: wholeNumber('in-flight', run.options['in-flight']) }];
    const plans = TARGETS.map(({ name }) => ({ target: name, workload: products.name, loads }));
    const samples = await runRounds(new URL('./variants.ts', import.meta.url), plans, run);
    return {
      figures: figuresOf([[SHARE, savedPercent(samples, NOTHING)]]),
      tables: [costs(samples), tableOf(`products, ${run.options['in-flight']} in flight`, samples)],
      charts: [
        chartOf(
          { title: 'CPU of a call, client and server', unit: 'microseconds', better: 'lower', digits: 1 },
          TARGETS,
          samples,
          cpuUsPerCall,
        ),
      ],
      notes: [
        'Each variant has a server and a client process of its own. What one saves is taken within a round; it may be under nothing where a policy costs less than two runs differ.',
        'Limits, the bulkhead, correlation and the events of the call cannot be switched off and are in every variant.',
        ...TARGETS.map(({ name, what }) => `${name}: ${what}.`),
      ],
      samples,
    };
  },
};

import { median } from '../lib/median.ts';
import type { Sample } from './run.ts';
import { TARGETS } from './targets/index.ts';

/** Medians over the rounds of one target at one concurrency. */
export interface Row {
  readonly target: string;
  readonly what: string;
  readonly inFlight: number;
  readonly callsPerSecond: number;
  readonly minCallsPerSecond: number;
  readonly maxCallsPerSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly p999Ms: number;
  readonly clientUsPerCall: number;
  readonly serverUsPerCall: number;
  readonly clientRssMb: number;
  readonly serverRssMb: number;
}

export const rowsOf = (samples: readonly Sample[]): readonly Row[] => {
  const groups = new Map<string, Sample[]>();
  for (const one of samples) {
    const key = `${one.target} ${one.inFlight}`;
    groups.set(key, [...(groups.get(key) ?? []), one]);
  }
  return [...groups.values()].map((group) => {
    const of = (pick: (one: Sample) => number): number => median(group.map(pick));
    const rates = group.map((one) => (one.calls / one.elapsedMs) * 1_000);
    const { target = '', inFlight = 0 } = group[0] ?? {};
    return {
      target,
      what: TARGETS.find(({ name }) => name === target)?.what ?? '',
      inFlight,
      callsPerSecond: median(rates),
      minCallsPerSecond: Math.min(...rates),
      maxCallsPerSecond: Math.max(...rates),
      p50Ms: of((one) => one.p50) / 1_000,
      p99Ms: of((one) => one.p99) / 1_000,
      p999Ms: of((one) => one.p999) / 1_000,
      clientUsPerCall: of((one) => one.cpuUs / one.calls),
      serverUsPerCall: of((one) => one.serverCpuUs / one.calls),
      clientRssMb: of((one) => one.rssBytes) / 2 ** 20,
      serverRssMb: of((one) => one.serverRssBytes) / 2 ** 20,
    };
  });
};

/** A Markdown table per concurrency; ratios are against the first column named. */
export const markdownOf = (rows: readonly Row[]): string => {
  const concurrencies = [...new Set(rows.map(({ inFlight }) => inFlight))];
  return concurrencies
    .map((inFlight) => {
      const here = rows.filter((row) => row.inFlight === inFlight);
      const ours = here.find(({ target }) => target === 'cmdrpc')?.callsPerSecond;
      return [
        `### ${inFlight} in flight, one connection`,
        '',
        '| target | calls/s (min–max) | cmdrpc is | p50 ms | p99 ms | p99.9 ms | CPU µs/call client + server |',
        '|---|---:|---:|---:|---:|---:|---:|',
        ...here.map(
          (row) =>
            `| ${row.target} | ${whole(row.callsPerSecond)} (${whole(row.minCallsPerSecond)}–${whole(row.maxCallsPerSecond)}) | ${
              ours === undefined ? '' : `${(ours / row.callsPerSecond).toFixed(2)}×`
            } | ${row.p50Ms.toFixed(3)} | ${row.p99Ms.toFixed(2)} | ${row.p999Ms.toFixed(2)} | ${row.clientUsPerCall.toFixed(1)} + ${row.serverUsPerCall.toFixed(1)} |`,
        ),
        '',
      ].join('\n');
    })
    .join('\n');
};

const whole = (value: number): string => Math.round(value).toLocaleString('en-US');

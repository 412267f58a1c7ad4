import type { Sample } from './sample.ts';

/** Which samples of two targets are compared. */
export interface Comparison {
  readonly workload: string;
  readonly load: { readonly inFlight: number };
  readonly ours: string;
  readonly theirs: string;
  readonly pick: (one: Sample) => number;
}

/** Ours by theirs in each round that has both; a ratio of medians would mix moments of the machine. */
export const ratiosOf = (samples: readonly Sample[], { workload, load, ours, theirs, pick }: Comparison): number[] => {
  const of = (target: string) =>
    new Map(
      samples
        .filter((one) => one.target === target && one.workload === workload && one.inFlight === load.inFlight)
        .map((one) => [one.round, pick(one)]),
    );
  const denominators = of(theirs);
  return [...of(ours)].flatMap(([round, value]) => {
    const by = denominators.get(round);
    return by === undefined ? [] : [value / by];
  });
};

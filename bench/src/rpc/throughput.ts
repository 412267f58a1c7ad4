import { progress } from '../lib/progress.ts';
import { type Sample, sample } from './run.ts';
import { TARGETS } from './targets/index.ts';

export interface ThroughputOptions {
  readonly inFlight: readonly number[];
  readonly rounds: number;
  readonly warmUpMs: number;
  readonly measureMs: number;
  /** Names of targets; all when empty. */
  readonly only: readonly string[];
}

/**
 * Calls a second and latency at fixed numbers of calls in flight. Targets take turns within each round, so that a
 * machine that becomes slower becomes slower for all of them.
 */
export const throughput = async (options: ThroughputOptions): Promise<readonly Sample[]> => {
  const targets = TARGETS.filter(({ name }) => options.only.length === 0 || options.only.includes(name));
  const total = options.rounds * options.inFlight.length * targets.length;
  const samples: Sample[] = [];
  const bar = progress(total, (options.warmUpMs + options.measureMs) / 1_000 + 0.7);
  for (let round = 1; round <= options.rounds; round += 1) {
    for (const inFlight of options.inFlight) {
      for (const { name } of targets) {
        bar.step(`round ${round}/${options.rounds}  ${name} at ${inFlight} in flight`);
        samples.push(
          await sample({ target: name, inFlight, warmUpMs: options.warmUpMs, measureMs: options.measureMs }),
        );
      }
    }
  }
  bar.end();
  return samples;
};

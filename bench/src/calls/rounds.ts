import { progress } from '../lib/progress.ts';
import { type Load, withPair } from './pair.ts';
import { callsPerSecond, type Sample } from './sample.ts';

/** A target with a workload and the loads it is measured under, in this order. */
export interface Plan {
  readonly target: string;
  readonly workload: string;
  readonly loads: readonly Load[];
}

export interface Times {
  readonly rounds: number;
  readonly warmUpMs: number;
  readonly measureMs: number;
}

/** Calls under way while a target warms up: as many as it will be measured with, within reason. */
const warmUpInFlight = ({ loads }: Plan): number =>
  Math.min(64, Math.max(...loads.map((load) => ('inFlight' in load ? load.inFlight : 16))));

/** Starting two processes and loading what they need. */
const START_SECONDS = 0.8;

/**
 * Every plan once a round, one after another, so that a machine that becomes slower becomes slower for all. Every
 * second round goes backwards: nobody always follows the same neighbour.
 * @param module the one whose `TARGETS` has the targets.
 */
export const runRounds = async (module: URL, plans: readonly Plan[], times: Times): Promise<readonly Sample[]> => {
  const samples: Sample[] = [];
  const bar = progress(
    times.rounds * plans.length,
    START_SECONDS + (times.warmUpMs + times.measureMs * meanLoads(plans)) / 1_000,
  );
  for (let round = 1; round <= times.rounds; round += 1) {
    for (const plan of round % 2 === 1 ? plans : plans.toReversed()) {
      bar.step(`round ${round}/${times.rounds}, ${plan.workload}: ${plan.target}`);
      samples.push(...(await runPlan(module, plan, round, times)));
    }
  }
  bar.end();
  return samples;
};

const meanLoads = (plans: readonly Plan[]): number =>
  plans.reduce((sum, { loads }) => sum + loads.length, 0) / Math.max(1, plans.length);

const runPlan = async (module: URL, plan: Plan, round: number, { warmUpMs, measureMs }: Times): Promise<Sample[]> => {
  const { target, workload } = plan;
  const samples: Sample[] = [];
  const warmUp = { inFlight: warmUpInFlight(plan), forMs: warmUpMs };
  await withPair({ pair: { module: module.href, target, workload }, warmUp }, async (pair) => {
    for (const load of plan.loads) {
      if ('ratePerSecond' in load && !canHold(samples, load.ratePerSecond)) continue;
      const measured = await pair.measure(load, measureMs);
      samples.push({ round, target, workload, inFlight: 0, ratePerSecond: 0, ...load, ...measured });
    }
  });
  return samples;
};

/** A rate near or above what the closed loop reached only measures how fast the queue grows. */
const canHold = (samples: readonly Sample[], ratePerSecond: number): boolean =>
  samples.length === 0 || samples.some((one) => callsPerSecond(one) > ratePerSecond * 1.25);

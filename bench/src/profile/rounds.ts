import { withPair } from '../calls/pair.ts';
import type { Run } from '../lib/claim.ts';
import { progress } from '../lib/progress.ts';
import { type ProfileSample, type Scene, SIDES, sharesOf } from './sample.ts';

/** Starting two processes and loading what they need. */
const START_SECONDS = 1.5;

/** Every scene once a round, in fresh processes: measured as it is first, then profiled. */
export const profileRounds = async (module: URL, scenes: readonly Scene[], run: Run): Promise<ProfileSample[]> => {
  const { rounds, warmUpMs, measureMs } = run;
  const samples: ProfileSample[] = [];
  const bar = progress(rounds * scenes.length, START_SECONDS + (warmUpMs + 2 * measureMs) / 1_000);
  for (let round = 1; round <= rounds; round += 1) {
    for (const scene of round % 2 === 1 ? scenes : scenes.toReversed()) {
      bar.step(`round ${round}/${rounds}, ${scene.workload}, ${scene.inFlight} in flight: ${scene.target}`);
      samples.push(...(await profiled(module, scene, round, run)));
    }
  }
  bar.end();
  return samples;
};

const profiled = async (module: URL, scene: Scene, round: number, run: Run): Promise<ProfileSample[]> => {
  const { target, workload, inFlight } = scene;
  const samples: ProfileSample[] = [];
  const warmUp = { inFlight, forMs: run.warmUpMs };
  await withPair({ pair: { module: module.href, target, workload }, warmUp }, async (pair) => {
    const plain = await pair.measure({ inFlight }, run.measureMs);
    const { profile, ...slowed } = await pair.profile({ inFlight }, run.measureMs);
    for (const side of SIDES) {
      const cpuUsOf = (one: typeof plain): number => (side === 'server' ? one.serverCpuUs : one.cpuUs) / one.calls;
      samples.push({
        ...scene,
        round,
        side,
        cpuUs: cpuUsOf(plain),
        profiledCpuUs: cpuUsOf(slowed),
        ...sharesOf(profile[side]),
      });
    }
  });
  return samples;
};

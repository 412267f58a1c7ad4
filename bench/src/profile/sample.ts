import type { SelfTime } from '../lib/process/cpu-profile.ts';
import { partOf } from './parts.ts';
import { placeOf } from './place.ts';

export const SIDES = ['server', 'client'] as const;
export type Side = (typeof SIDES)[number];

/** What was loaded, and how: a target with a workload and so many calls under way. */
export interface Scene {
  readonly target: string;
  readonly workload: string;
  readonly inFlight: number;
}

/** A function among the hottest. */
export interface HotFunction {
  readonly name: string;
  /** @see placeOf; with the line for what is not native. */
  readonly where: string;
  /** Of the process's CPU, from 0 to 1. */
  readonly share: number;
}

/** One side of a scene in one round. */
export interface ProfileSample extends Scene {
  readonly round: number;
  readonly side: Side;
  /** Of the process for one call, in microseconds, measured before the profile was begun. */
  readonly cpuUs: number;
  /** The same while it was profiled: what profiling costs. */
  readonly profiledCpuUs: number;
  /** Of the process's CPU, from 0 to 1, by part. */
  readonly shares: Readonly<Record<string, number>>;
  readonly hottest: readonly HotFunction[];
}

/** Kept of every sample: more than the page shows, so that rounds can be put together. */
const HOTTEST = 30;

/** A profile as shares: by part, and its hottest functions. */
export const sharesOf = (profile: readonly SelfTime[]): Pick<ProfileSample, 'shares' | 'hottest'> => {
  const total = profile.reduce((sum, { selfUs }) => sum + selfUs, 0);
  const shares: Record<string, number> = {};
  for (const one of profile) {
    const part = partOf(one);
    shares[part] = (shares[part] ?? 0) + one.selfUs / total;
  }
  const hottest = profile
    .toSorted((a, b) => b.selfUs - a.selfUs)
    .slice(0, HOTTEST)
    .map((one) => ({ name: one.name, where: whereOf(one), share: one.selfUs / total }));
  return { shares, hottest };
};

const whereOf = (one: SelfTime): string => {
  const place = placeOf(one);
  return place === '' ? 'native' : `${place}:${one.line}`;
};

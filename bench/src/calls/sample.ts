import type { PairSample } from './pair.ts';

/** One target under one load in one round. */
export interface Sample extends PairSample {
  readonly round: number;
  readonly workload: string;
  readonly target: string;
  /** Calls under way; 0 in the open loop. */
  readonly inFlight: number;
  /** Calls due a second; 0 in the closed loop. */
  readonly ratePerSecond: number;
}

export const callsPerSecond = (one: Sample): number => (one.calls / one.elapsedMs) * 1_000;

/** CPU of both sides for one call, in microseconds. */
export const cpuUsPerCall = (one: Sample): number => (one.cpuUs + one.serverCpuUs) / one.calls;

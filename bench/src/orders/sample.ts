import type { Measured } from './load.ts';

export const TARGETS = ['four services', 'one process'] as const;
export type TargetName = (typeof TARGETS)[number];

/** One target in one round. */
export interface Sample extends Omit<Measured, 'cpuUs'> {
  readonly round: number;
  readonly target: TargetName;
  /** CPU by process for the whole measurement, in milliseconds; `load` is the client of the four services. */
  readonly cpuMs: Readonly<Record<string, number>>;
}

export const ordersPerSecond = ({ orders, elapsedMs }: Sample): number => (orders / elapsedMs) * 1_000;

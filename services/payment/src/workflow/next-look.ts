import type { Settlement } from '../domain/outcome.ts';
import type { Timing } from '../domain/timing.ts';

export interface LookDeps {
  readonly timing: Timing;
  readonly random: () => number;
}

/** Milliseconds until an attempt is looked at that has just come into this state; of no use where it is settled. */
export const nextLookMs = (deps: LookDeps, settlement: Settlement): number =>
  settlement.status === 'waiting_for_deposit' ? depositLookMs(deps, settlement.dueAt) : deps.timing.firstLookMs;

/** Milliseconds until an account is looked at: now and then, since a notice may be lost, and soon after it has run out. */
export function depositLookMs({ timing, random }: LookDeps, dueAt: Date): number {
  const untilClosedMs = dueAt.getTime() - Date.now() + timing.afterDueMs;
  return Math.min(Math.max(timing.firstLookMs, untilClosedMs), timing.depositPauseMs * (0.5 + random() / 2));
}

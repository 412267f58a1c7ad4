/** When recovery looks at what. All in milliseconds, all multiplied by `RECOVERY_TIME_SCALE`. */
export interface RecoverySchedule {
  /** From the last write to an order until the first look; also the first step of the backoff. */
  readonly firstLookMs: number;
  /**
   * The longest pause between two looks. With a lease it is well under the 120 s in which an order comes to rest once
   * whatever was wrong is mended.
   */
  readonly maxBackoffMs: number;
  /** The same while a buyer's deposit is awaited, which takes days and is announced. */
  readonly maxDepositBackoffMs: number;
  /** Least time between two looks at one order. */
  readonly minBackoffMs: number;
  /** How long an order is one worker's own. Longer than any look takes, so that a dead worker's orders come back. */
  readonly leaseMs: number;
  /** Between two looks for orders that are due, and after finding Payment or the database away. */
  readonly idleMs: number;
  readonly awayMs: number;
  /** An order that waits longer is counted as stuck and said so. */
  readonly stuckMs: number;
}

const UNSCALED: RecoverySchedule = {
  firstLookMs: 10_000,
  maxBackoffMs: 60_000,
  maxDepositBackoffMs: 300_000,
  minBackoffMs: 1_000,
  leaseMs: 30_000,
  idleMs: 2_000,
  awayMs: 5_000,
  stuckMs: 600_000,
};

/** The schedule with every time multiplied; a scale under 1 is for tests. */
export const scheduleAt = (scale: number): RecoverySchedule => {
  const scaled = (ms: number): number => Math.max(1, Math.round(ms * scale));
  return {
    firstLookMs: scaled(UNSCALED.firstLookMs),
    maxBackoffMs: scaled(UNSCALED.maxBackoffMs),
    maxDepositBackoffMs: scaled(UNSCALED.maxDepositBackoffMs),
    minBackoffMs: scaled(UNSCALED.minBackoffMs),
    // A look takes as long as it takes, whatever the scale.
    leaseMs: Math.max(2_000, scaled(UNSCALED.leaseMs)),
    idleMs: Math.max(20, scaled(UNSCALED.idleMs)),
    awayMs: Math.max(20, scaled(UNSCALED.awayMs)),
    stuckMs: scaled(UNSCALED.stuckMs),
  };
};

/**
 * Milliseconds until the next look after `checks` looks that changed nothing: doubling from the first look's distance,
 * with full jitter, so that orders that got stuck together do not come back together. `longestMs` is where that ends.
 */
export const backoffMs = (
  schedule: RecoverySchedule,
  checks: number,
  random: () => number,
  longestMs = schedule.maxBackoffMs,
): number => {
  // Beyond 2^20 steps the cap rules anyway, and the power stays finite.
  const cap = Math.min(longestMs, schedule.firstLookMs * 2 ** Math.min(checks, 20));
  return Math.max(schedule.minBackoffMs, Math.round(random() * cap));
};

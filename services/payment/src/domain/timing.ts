/** How long the recovery of attempts and the telling of Order take. All in milliseconds. */
export interface Timing {
  /** From sending, or from an unknown outcome, to the first look at the provider; also the first step of the back-off. */
  readonly firstLookMs: number;
  /** The longest pause between two looks at an attempt that was given up. */
  readonly longestPauseMs: number;
  /** The longest pause otherwise, so that an attempt is looked at soon after the provider is well again. */
  readonly longestTroubleMs: number;
  /** From the last sending to the belief that a payment the provider does not know was never made. */
  readonly neverChargedAfterMs: number;
  /** Between the two answers that it takes for that. */
  readonly betweenNotFoundMs: number;
  /** How long an attempt that was given up after it was sent is looked up all the same. */
  readonly lateSweepMs: number;
  /** An attempt that is claimed and not sent by then belongs to a process that is gone. */
  readonly orphanedAfterMs: number;
  /** Between two looks at an account that awaits its deposit: the notice of one may be lost. */
  readonly depositPauseMs: number;
  /** From the due date of a deposit to the look that closes it. */
  readonly afterDueMs: number;
  /** A look and the refund it may lead to end well within it. */
  readonly leaseMs: number;
  /** Between two searches for attempts that are due. */
  readonly pollMs: number;
  /** An attempt that has been open for longer is a case for a person. */
  readonly stuckAfterMs: number;
  readonly stuckReportMs: number;
}

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/**
 * The durations, all multiplied by `scale`; 1 in service, less in tests.
 * The 90 s are the provider's longest approval of 60 s, by its documentation, with a margin. The lease exceeds a lookup
 * of 10 s and a refund of 30 s.
 */
export const timing = (scale = 1): Timing => ({
  firstLookMs: 10 * SECOND * scale,
  longestPauseMs: 300 * SECOND * scale,
  longestTroubleMs: 30 * SECOND * scale,
  neverChargedAfterMs: 90 * SECOND * scale,
  betweenNotFoundMs: 30 * SECOND * scale,
  lateSweepMs: 24 * HOUR * scale,
  orphanedAfterMs: 15 * SECOND * scale,
  depositPauseMs: 10 * MINUTE * scale,
  afterDueMs: MINUTE * scale,
  leaseMs: 45 * SECOND * scale,
  pollMs: Math.max(20, SECOND * scale),
  stuckAfterMs: 10 * MINUTE * scale,
  stuckReportMs: MINUTE * scale,
});

/** A pause that doubles with every look up to a limit, drawn evenly from its upper nine tenths: full jitter, never none. */
export function backOffMs(checks: number, firstMs: number, longestMs: number, random: () => number): number {
  const capMs = Math.min(longestMs, firstMs * 2 ** Math.min(checks, 30));
  return capMs * (0.1 + 0.9 * random());
}

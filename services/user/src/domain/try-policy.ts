/** What is counted. */
export type TryScope = 'account' | 'address' | 'refresh';

/** How many failed tries are too many, and what follows. */
export interface TryPolicy {
  /** Failures within `windowMs` after which nothing more is tried for a while. */
  readonly maxFailures: number;
  /** Milliseconds, counted from the first try. */
  readonly windowMs: number;
  /** Milliseconds for which nothing is tried the first time; twice as long each time after. */
  readonly closedMs: number;
  readonly maxClosedMs: number;
  /** Milliseconds after which earlier closings no longer lengthen the next. */
  readonly memoryMs: number;
  /** Whether a success wipes the failures out. An address must not: its owner could interleave an account of his own. */
  readonly forgivenBySuccess: boolean;
}

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/**
 * Five wrong passwords an account, then pauses from one minute to an hour: some 120 guesses a day, and an owner whose
 * account somebody else closed waits an hour at most. An address stands for many people behind one router, so it gets
 * more and its pause does not grow. A refresh token cannot be guessed; its limit only spares the database.
 */
export const TRY_POLICIES: Readonly<Record<TryScope, TryPolicy>> = {
  account: {
    maxFailures: 5,
    windowMs: 15 * MINUTE_MS,
    closedMs: MINUTE_MS,
    maxClosedMs: HOUR_MS,
    memoryMs: 24 * HOUR_MS,
    forgivenBySuccess: true,
  },
  address: {
    maxFailures: 20,
    windowMs: 15 * MINUTE_MS,
    closedMs: 15 * MINUTE_MS,
    maxClosedMs: 15 * MINUTE_MS,
    memoryMs: 0,
    forgivenBySuccess: false,
  },
  refresh: {
    maxFailures: 100,
    windowMs: 15 * MINUTE_MS,
    closedMs: MINUTE_MS,
    maxClosedMs: MINUTE_MS,
    memoryMs: 0,
    forgivenBySuccess: false,
  },
};

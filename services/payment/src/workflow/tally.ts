const NAMES = [
  'looks',
  'troubles',
  'approved',
  'rejected',
  'refunded',
  'depositsAwaited',
  'fenced',
  'mismatches',
  'lateCharges',
  'lateRefunds',
  'depositsTakenBack',
  'refundsRefused',
] as const;

export type TallyName = (typeof NAMES)[number];

/** Counts since the process began: what recovery, refunds and deposit notices came to. */
export type Tally = Record<TallyName, number>;

/** All counts at zero. */
export const newTally = (): Tally =>
  // fromEntries forgets the names of its keys.
  Object.fromEntries(NAMES.map((name) => [name, 0])) as Tally;

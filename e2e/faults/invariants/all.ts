import type { Evidence } from '../evidence.ts';
import { accountsAreTrue } from './accounts.ts';
import type { Finding, Invariant } from './finding.ts';
import { amountsAgree, booksBalance, chargedOnce, writtenBeforeCharged } from './money.ts';
import { historyIsAPath, nothingIsStuck, nothingToldIsLost } from './orders.ts';
import { nobodyDiesAlone } from './processes.ts';
import { answersKeepSecrets, goodTokensAreGood, nobodyPries, oneKeyOneOrder } from './requests.ts';

const INVARIANTS: readonly Invariant[] = [
  chargedOnce,
  booksBalance,
  nothingIsStuck,
  amountsAgree,
  oneKeyOneOrder,
  historyIsAPath,
  nothingToldIsLost,
  answersKeepSecrets,
  nobodyPries,
  goodTokensAreGood,
  nobodyDiesAlone,
  writtenBeforeCharged,
  accountsAreTrue,
];

/** Everything that the evidence of a seed breaks. */
export const brokenBy = (evidence: Evidence): Finding[] => INVARIANTS.flatMap((invariant) => invariant(evidence));

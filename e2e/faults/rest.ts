import { type AttemptRow, type Evidence, keptOf, orderOfCharge, type StoredOrder } from './evidence.ts';

/** What is looked at again and again until nothing moves any more. */
export type Left = Pick<Evidence, 'seed' | 'stored' | 'attempts' | 'untold' | 'charges' | 'accounts'>;

const ENDED: ReadonlySet<string> = new Set(['paymentProcessed', 'paymentFailed', 'canceled']);
/** Attempts that nobody has to look at any more; one that was given up is looked up for a day in case. */
const SETTLED: ReadonlySet<string> = new Set(['approved', 'rejected', 'abandoned', 'refunded']);

export const isOrderAtRest = ({ status, isWatched }: StoredOrder): boolean => ENDED.has(status) && !isWatched;
export const isSettled = ({ status }: AttemptRow): boolean => SETTLED.has(status);

/** Nobody works on anything any more, and the books agree; what they agree on is for the invariants to judge. */
export function isAtRest({ stored, attempts, untold, charges, accounts }: Left): boolean {
  if (untold.length > 0) return false;
  if (!stored.every(isOrderAtRest) || !attempts.every(isSettled)) return false;
  // A charge or an account that came in after its attempt was given up is found by a later look; until then the books differ.
  if (accounts.some(({ status }) => status === 'WAITING_FOR_DEPOSIT')) return false;
  return stored.every(({ orderId, status }) => {
    const kept = charges.filter((charge) => orderOfCharge(charge) === orderId && keptOf(charge) > 0).length;
    return kept === (status === 'paymentProcessed' ? 1 : 0);
  });
}

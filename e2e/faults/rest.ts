import { type Evidence, keptOf, orderOfCharge } from './evidence.ts';

/** What is looked at again and again until nothing moves any more. */
export type Left = Pick<Evidence, 'seed' | 'stored' | 'attempts' | 'untold' | 'charges' | 'accounts'>;

const OPEN_ATTEMPTS: ReadonlySet<string> = new Set([
  ...['processing', 'unknown', 'refund_pending'],
  ...['waiting_for_deposit', 'cancel_pending'],
]);

/** Nobody works on anything any more, and the books agree; what they agree on is for the invariants to judge. */
export function isAtRest({ stored, attempts, untold, charges, accounts }: Left): boolean {
  if (untold.length > 0) return false;
  if (stored.some(({ status, isWatched }) => isWatched || status === 'created' || status === 'paymentPending'))
    return false;
  if (attempts.some(({ status }) => OPEN_ATTEMPTS.has(status))) return false;
  // A charge or an account that came in after its attempt was given up is found by a later look; until then the books differ.
  if (accounts.some(({ status }) => status === 'WAITING_FOR_DEPOSIT')) return false;
  return stored.every(({ orderId, status }) => {
    const kept = charges.filter((charge) => orderOfCharge(charge) === orderId && keptOf(charge) > 0).length;
    return kept === (status === 'paymentProcessed' ? 1 : 0);
  });
}

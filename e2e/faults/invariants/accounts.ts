import { orderOfCharge } from '../evidence.ts';
import { accountIn } from '../told-account.ts';
import type { Finding, Invariant } from './finding.ts';
import { isLater, type View, viewsOf } from './views.ts';

/**
 * I12: the account that a customer is told is the one that the provider issued for that attempt, it is told until the
 * order stops waiting and not after, and then the provider takes no deposit into it any more: nobody could give it back.
 */
export const accountsAreTrue: Invariant = ({ seed, customers, accounts }) => {
  const issued = new Map(accounts.map((account) => [account.providerOrderId, account]));
  const findings: Finding[] = accounts
    .filter(({ status }) => status === 'WAITING_FOR_DEPOSIT')
    .map(({ providerOrderId }) => ({
      ...{ name: 'I12', seed, orderId: orderOfCharge({ orderId: providerOrderId }) },
      found: `account ${providerOrderId} still takes a deposit`,
    }));
  const say = (orderId: string, found: string): void => void findings.push({ name: 'I12', seed, orderId, found });
  for (const customer of customers) {
    const views = viewsOf(customer);
    for (const { order } of views) {
      const account = accountIn(order);
      if (account === undefined) continue;
      const { providerOrderId, accountNumber } = account;
      const real = issued.get(providerOrderId)?.accountNumber;
      if (accountNumber !== real)
        say(order.orderId, `it was told account ${accountNumber}, ${providerOrderId} has ${real}`);
      if (order.status !== 'paymentPending' || order.payment.method !== 'VirtualAccount')
        say(order.orderId, `it is ${order.status}, paid by ${order.payment.method}, and tells of an account`);
    }
    for (const [orderId, each] of Map.groupBy(views, ({ order }) => order.orderId))
      if (each.some((earlier) => each.some((later) => isForgotten(earlier, later))))
        say(orderId, 'its account was told, and then no more while it was still awaited');
  }
  return findings;
};

const isForgotten = (earlier: View, later: View): boolean =>
  isLater(later, earlier) &&
  later.order.attempt === earlier.order.attempt &&
  later.order.status === 'paymentPending' &&
  accountIn(earlier.order) !== undefined &&
  accountIn(later.order) === undefined;

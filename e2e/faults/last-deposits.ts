import type { Bank } from './bank.ts';
import type { Customer } from './customer.ts';
import { keptOf } from './evidence.ts';
import type { Left } from './rest.ts';
import { toldAccountOf } from './told-account.ts';

/**
 * What customers do about the orders that still wait for their deposit once the shop is well: who means to pay pays, and
 * everybody else cancels, since an account stays open for longer than a seed lasts. What was paid in is left to the shop.
 */
export async function endDeposits(
  customers: readonly Customer[],
  { stored, charges }: Pick<Left, 'stored' | 'charges'>,
  { bank, payers }: { readonly bank: Bank; readonly payers: ReadonlySet<string> },
): Promise<void> {
  const paidIn = new Set(charges.filter((charge) => keptOf(charge) > 0).map(({ orderId }) => orderId));
  await Promise.all(
    stored
      .filter(({ awaitsDeposit }) => awaitsDeposit)
      .map(async ({ orderId, userId }) => {
        const customer = customers.find((each) => each.userId === userId);
        await customer?.read(orderId);
        const account = toldAccountOf(customer?.told ?? [], orderId);
        if (account === undefined || paidIn.has(account.providerOrderId)) return;
        if (payers.has(orderId)) await bank.deposit(account.providerOrderId, 'once');
        else await customer?.cancel(orderId);
      }),
  );
}

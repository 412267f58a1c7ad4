import { keptOf, orderOfCharge } from '../evidence.ts';
import type { Invariant } from './finding.ts';

/** I1: at most one charge of an order was not given back, counted at the provider. */
export const chargedOnce: Invariant = ({ seed, charges }) => {
  const kept = Map.groupBy(
    charges.filter((charge) => keptOf(charge) > 0),
    orderOfCharge,
  );
  return [...kept]
    .filter(([, each]) => each.length > 1)
    .map(([orderId, each]) => ({
      ...{ name: 'I1', seed, orderId },
      found: `${each.length} charges are kept: ${each.map((charge) => charge.orderId).join(', ')}`,
    }));
};

/** I2: what the provider keeps is what the paid orders cost, order by order and so in sum. */
export const booksBalance: Invariant = ({ seed, charges, customers }) => {
  const kept = new Map<string, number>();
  for (const charge of charges)
    kept.set(orderOfCharge(charge), (kept.get(orderOfCharge(charge)) ?? 0) + keptOf(charge));
  const orders = customers.flatMap((customer) => customer.orders);
  const findings = orders.flatMap(({ orderId, status, totalAmount }) => {
    const owed = status === 'paymentProcessed' ? totalAmount : 0;
    const has = kept.get(orderId) ?? 0;
    kept.delete(orderId);
    return has === owed
      ? []
      : [{ name: 'I2', seed, orderId, found: `it is ${status}, and the provider keeps ${has} won instead of ${owed}` }];
  });
  for (const [orderId, won] of kept)
    if (won > 0) findings.push({ name: 'I2', seed, orderId, found: `the provider keeps ${won} won of no order` });
  return findings;
};

/** I4: an order's total is the sum of its prices, and what each attempt and each charge of it asked for. */
export const amountsAgree: Invariant = ({ seed, customers, attempts, charges }) => {
  const totals = new Map<string, number>();
  const findings = customers
    .flatMap(({ orders }) => orders)
    .flatMap(({ orderId, totalAmount, items }) => {
      totals.set(orderId, totalAmount);
      const sum = items.reduce((won, { price }) => won + price, 0);
      return sum === totalAmount
        ? []
        : [{ name: 'I4', seed, orderId, found: `it costs ${totalAmount} won, its items ${sum}` }];
    });
  const asked = [
    ...attempts.map(({ orderId, attempt, amount }) => ({ orderId, what: `attempt ${attempt}`, amount })),
    ...charges.map((charge) => ({
      orderId: orderOfCharge(charge),
      what: `charge ${charge.orderId}`,
      amount: charge.amount,
    })),
  ];
  for (const { orderId, what, amount } of asked) {
    const total = totals.get(orderId);
    // A tombstone has no amount; a charge of no order is I2's.
    if (amount === null || total === undefined || amount === total) continue;
    findings.push({ name: 'I4', seed, orderId, found: `it costs ${total} won, ${what} asks for ${amount}` });
  }
  return findings;
};

/** I11: every charge has an attempt that was written down before it. */
export const writtenBeforeCharged: Invariant = ({ seed, attempts, charges }) => {
  const written = new Map(attempts.map((row) => [row.providerOrderId, row.createdAt]));
  return charges.flatMap((charge) => {
    const createdAt = written.get(charge.orderId);
    const about = { name: 'I11', seed, orderId: orderOfCharge(charge) };
    if (createdAt === undefined) return [{ ...about, found: `charge ${charge.orderId} has no attempt` }];
    return createdAt.getTime() <= Date.parse(charge.at)
      ? []
      : [{ ...about, found: `charged at ${charge.at}, its attempt written at ${createdAt.toISOString()}` }];
  });
};

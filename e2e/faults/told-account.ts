import type { OrderView, Told } from './customer.ts';

/** An account as its customer was told of it. */
export interface ToldAccount {
  /** The provider's id of the order. */
  readonly providerOrderId: string;
  readonly accountNumber: string;
}

/** The account that an order shows; undefined when it shows none. */
export function accountIn({ orderId, attempt, payment }: OrderView): ToldAccount | undefined {
  const { virtualAccount } = payment;
  return virtualAccount && { accountNumber: virtualAccount.accountNumber, providerOrderId: idOf(orderId, attempt) };
}

/** The last account that somebody was told of for this order. */
export function toldAccountOf(told: readonly Told[], orderId: string): ToldAccount | undefined {
  for (const { status, text, orderId: about, what } of told.toReversed()) {
    if (about !== orderId || what === 'pry' || status === undefined || status >= 300) continue;
    const account = accountIn(JSON.parse(text) as OrderView);
    if (account !== undefined) return account;
  }
  return undefined;
}

/** The provider knows later attempts under the order's id and their number. */
const idOf = (orderId: string, attempt: number): string => (attempt === 1 ? orderId : `${orderId}_${attempt}`);

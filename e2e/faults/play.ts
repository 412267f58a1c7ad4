import { setTimeout as wait } from 'node:timers/promises';
import { type Bank, bankOf, type Deposited } from './bank.ts';
import type { Customer, Told } from './customer.ts';
import { createInjector } from './inject.ts';
import type { Act, Schedule } from './schedule.ts';
import type { FaultShop } from './shop.ts';
import { toldAccountOf } from './told-account.ts';

/** A request with a key that got no definite answer, and how to send it again. */
export type Again = () => Promise<Told>;

/** What was begun in a seed and is not over when its faults are. */
export interface Played {
  readonly again: readonly Again[];
  /** Orders whose customers mean to pay into an account, and may have done so already. */
  readonly payers: ReadonlySet<string>;
  /** What the provider said to each deposit. */
  readonly deposits: readonly Deposited[];
}

/** Everything at its time; resolves when every request was answered or broken off and every fault is over. */
export async function play(
  shop: FaultShop,
  { acts, faults }: Schedule,
  customers: readonly [Customer, Customer],
  name: string,
): Promise<Played> {
  const injector = createInjector(shop);
  const bank = bankOf(shop);
  const orderIds = new Map<number, string>();
  const again: Again[] = [];
  const payers = new Set<string>();
  const deposits: Deposited[] = [];
  const at = async <T>(atMs: number, work: () => Promise<T>): Promise<T> => {
    await wait(atMs);
    return work();
  };

  const act = async (what: Act): Promise<void> => {
    const customer = customers[what.who];
    if (what.kind === 'list') {
      await customer.list().catch(() => undefined);
      return;
    }
    const payment = { lastFour: 1_000 + what.order, key: `${name}-${what.kind}-${what.order}` };
    if (what.kind === 'place') {
      const send = () => customer.place({ ...payment, means: what.means, key: what.isKeyed ? payment.key : undefined });
      const remember = (told: Told): void => {
        if (told.orderId !== undefined && !orderIds.has(what.order)) orderIds.set(what.order, told.orderId);
      };
      await Promise.all(Array.from({ length: what.copies }, async () => remember(await send())));
      if (what.isKeyed) again.push(send);
      return;
    }
    const orderId = orderIds.get(what.order);
    if (orderId === undefined) return;
    switch (what.kind) {
      case 'read':
        await customer.read(orderId);
        return;
      case 'cancel':
        await customer.cancel(orderId);
        return;
      case 'deposit':
        payers.add(orderId);
        deposits.push(...(await deposit(bank, customer, orderId, what)));
        return;
      case 'pay': {
        const send = () => customer.pay(orderId, { ...payment, means: what.means });
        await Promise.all(Array.from({ length: what.copies }, send));
        again.push(send);
        return;
      }
      case 'pry':
        if (what.how === 'read') await customer.read(orderId, 'pry');
        else if (what.how === 'cancel') await customer.cancel(orderId, 'pry');
        else if (what.how === 'forge') await customer.forge(orderId);
        else await customer.pay(orderId, { ...payment, means: 'good' }, 'pry');
    }
  };

  // One fault after the other on what they share would undo each other; each takes back its own.
  const wrong = Promise.all(faults.map(({ atMs, what }) => at(atMs, () => injector.carryOut(what))));
  const done = Promise.all(acts.map(({ atMs, what }) => at(atMs, () => act(what))));
  await wrong;
  await injector.heal();
  await done;
  return { again, payers, deposits };
}

/** Pays into the account that the customer was told of last, or is told of now; who was told of none cannot. */
async function deposit(bank: Bank, customer: Customer, orderId: string, { notice }: Extract<Act, { kind: 'deposit' }>) {
  if (toldAccountOf(customer.told, orderId) === undefined) await customer.read(orderId);
  const account = toldAccountOf(customer.told, orderId);
  return account === undefined ? [] : [await bank.deposit(account.providerOrderId, notice)];
}

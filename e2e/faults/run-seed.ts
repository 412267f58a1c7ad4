import { setTimeout as wait } from 'node:timers/promises';
import { eventually } from '../harness/eventually.ts';
import { bankOf, type Deposited } from './bank.ts';
import { type Customer, newCustomer, untilDefinite } from './customer.ts';
import { type Archive, type Evidence, keptOf, orderOfCharge } from './evidence.ts';
import { brokenBy } from './invariants/all.ts';
import type { Finding } from './invariants/finding.ts';
import { endDeposits } from './last-deposits.ts';
import { type Again, play } from './play.ts';
import { isAtRest, type Left } from './rest.ts';
import { type FaultKind, scheduleOf } from './schedule.ts';
import { type FaultShop, TIME_SCALE } from './shop.ts';

/**
 * Within what everything is at rest after the faults have healed: the promised 120 s, scaled, and what does not scale:
 * the lease of a dead request's order or key (2 s at least), the drivers' look for their databases (3 s), a call that a
 * broken connection left waiting (10 s), and a machine that does other things as well. The summary tells the worst.
 */
const RESTS_WITHIN_MS = 120_000 * TIME_SCALE + 25_000;
const WELL_WITHIN_MS = 30_000;
const BUYS_EVERY_MS = 300;

/** How a seed went. */
export interface SeedResult {
  readonly seed: number;
  readonly findings: readonly Finding[];
  readonly orders: number;
  readonly charges: number;
  readonly refunds: number;
  /** Charges that came in after their attempt had been given up, and were given back. */
  readonly lateRefunds: number;
  /** Accounts that the provider issued, and what it said to deposits into them while things went wrong. */
  readonly accounts: number;
  readonly deposits: readonly Deposited[];
  /** Cancellations that came too late: the money was there and cannot be given back. */
  readonly lateCancels: number;
  readonly unanswered: number;
  readonly faults: readonly FaultKind[];
  readonly atRestAfterMs: number | undefined;
  readonly tookMs: number;
}

/** What is left of a seed that could not be played to its end: the shop did not come back, or something was never answered. */
export const brokenOff = (seed: number, cause: unknown): SeedResult => ({
  ...{ seed, orders: 0, charges: 0, refunds: 0, lateRefunds: 0, accounts: 0, deposits: [], unanswered: 0 },
  ...{ lateCancels: 0, atRestAfterMs: undefined, tookMs: 0 },
  findings: [{ name: 'run', seed, found: cause instanceof Error ? (cause.stack ?? cause.message) : String(cause) }],
  faults: scheduleOf(seed).faults.map(({ what }) => what.kind),
});

/** Plays one seed on a shop that is well, heals it, waits until everything is at rest, and looks at what is left. */
export async function runSeed(shop: FaultShop, archive: Archive, seed: number): Promise<SeedResult> {
  const startedMs = performance.now();
  const schedule = scheduleOf(seed);
  // Unique over all runs of one shop, so that a seed may be played twice on it.
  const name = `seed-${seed}-${Math.round(startedMs * 1_000)}`;
  const customers = await Promise.all([newCustomer(shop.url, `${name}-a`), newCustomer(shop.url, `${name}-b`)]);
  const before = (await archive.ledger()).length;
  shop.takeUnexpectedDeaths();

  const { again, payers, deposits } = await play(shop, schedule, customers, name);
  const healedMs = performance.now();
  const well = await recover(shop, customers, again);
  const look = () => gather(archive, seed, customers, before);
  const bank = bankOf(shop);
  const atRestAfterMs = await restAfter(healedMs, async () => {
    const left = await look();
    if (isAtRest(left)) return true;
    await endDeposits(customers, left, { bank, payers });
    return undefined;
  });
  const evidence: Evidence = {
    ...(await look()),
    customers: await Promise.all(
      customers.map(async ({ userId, told, list }) => ({ userId, orders: await list(), told })),
    ),
    unexpectedDeaths: shop.takeUnexpectedDeaths(),
    atRestAfterMs,
  };
  const told = customers.flatMap((customer) => customer.told);
  return {
    seed,
    findings: [...brokenBy(evidence), ...well.map((found) => ({ name: 'heals', seed, found }))],
    orders: evidence.stored.length,
    charges: evidence.charges.length,
    refunds: evidence.charges.filter((charge) => keptOf(charge) < charge.amount).length,
    accounts: evidence.accounts.length,
    deposits,
    lateCancels: told.filter(({ what, text }) => what === 'cancel' && text.includes('"order_not_cancelable"')).length,
    lateRefunds: evidence.attempts.filter(({ lateRefundedAt }) => lateRefundedAt !== null).length,
    unanswered: told.filter(({ status }) => status === undefined).length,
    faults: schedule.faults.map(({ what }) => what.kind),
    atRestAfterMs,
    tookMs: performance.now() - startedMs,
  };
}

/** What a customer does once the shop is well: sends again whatever has a key, and buys something. */
async function recover(shop: FaultShop, customers: readonly Customer[], placed: readonly Again[]): Promise<string[]> {
  const problems: string[] = [];
  const definite = await Promise.all(placed.map((send) => untilDefinite(send, RESTS_WITHIN_MS)));
  for (const { what, key, status, text } of definite)
    if (status === undefined || status >= 500 || status === 409)
      if (!/"orderId"/.test(text)) problems.push(`${what} with key ${key} still gets ${status}: ${text}`);
  await Promise.all(
    customers.map((customer) =>
      eventually('an order is paid', WELL_WITHIN_MS, async () => {
        const { status } = await customer.place({ means: 'good', lastFour: 9_999, key: undefined });
        if (status === 201) return true;
        await wait(BUYS_EVERY_MS);
        return undefined;
      }).catch((cause: Error) => void problems.push(cause.message)),
    ),
  );
  await shop.ready();
  return problems;
}

async function gather(archive: Archive, seed: number, customers: readonly Customer[], before: number): Promise<Left> {
  const stored = await archive.storedOrders(customers.map(({ userId }) => userId));
  const charges = (await archive.ledger()).slice(before);
  const attempts = await archive.attempts([
    ...new Set([...stored.map(({ orderId }) => orderId), ...charges.map(orderOfCharge)]),
  ]);
  return {
    seed,
    stored,
    attempts,
    untold: await archive.untold(),
    charges,
    accounts: await archive.accounts(attempts),
  };
}

/** Milliseconds since the healing until nothing moves any more; undefined when that is not in time. */
async function restAfter(healedMs: number, rests: () => Promise<true | undefined>): Promise<number | undefined> {
  const within = RESTS_WITHIN_MS - (performance.now() - healedMs);
  return eventually('rest', Math.max(within, RESTS_WITHIN_MS / 2), rests).then(
    () => Math.round(performance.now() - healedMs),
    () => undefined,
  );
}

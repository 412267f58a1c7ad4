import { setTimeout as wait } from 'node:timers/promises';
import { eventually } from '../harness/eventually.ts';
import { type Customer, newCustomer, type Told, untilDefinite } from './customer.ts';
import { type Archive, type Charge, type Evidence, keptOf, orderOfCharge } from './evidence.ts';
import { createInjector } from './inject.ts';
import { brokenBy } from './invariants/all.ts';
import type { Finding } from './invariants/finding.ts';
import { type Act, type FaultKind, type Schedule, scheduleOf } from './schedule.ts';
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
  readonly unanswered: number;
  readonly faults: readonly FaultKind[];
  readonly atRestAfterMs: number | undefined;
  readonly tookMs: number;
}

/** What is left of a seed that could not be played to its end: the shop did not come back, or something was never answered. */
export const brokenOff = (seed: number, cause: unknown): SeedResult => ({
  ...{ seed, orders: 0, charges: 0, refunds: 0, lateRefunds: 0, unanswered: 0, atRestAfterMs: undefined, tookMs: 0 },
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

  const placed = await play(shop, schedule, customers, name);
  const healedMs = performance.now();
  const well = await recover(shop, customers, placed);
  const look = () => gather(archive, seed, customers, before);
  const atRestAfterMs = await restAfter(look, healedMs);
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
    lateRefunds: evidence.attempts.filter(({ lateRefundedAt }) => lateRefundedAt !== null).length,
    unanswered: told.filter(({ status }) => status === undefined).length,
    faults: schedule.faults.map(({ what }) => what.kind),
    atRestAfterMs,
    tookMs: performance.now() - startedMs,
  };
}

/** A request with a key that got no definite answer, and how to send it again. */
type Again = () => Promise<Told>;

/** Everything at its time; resolves when every request was answered or broken off and every fault is over. */
async function play(
  shop: FaultShop,
  { acts, faults }: Schedule,
  customers: readonly [Customer, Customer],
  name: string,
): Promise<readonly Again[]> {
  const injector = createInjector(shop);
  const orderIds = new Map<number, string>();
  const again: Again[] = [];
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
    const card = { lastFour: 1_000 + what.order, key: `${name}-${what.kind}-${what.order}` };
    if (what.kind === 'place') {
      const send = () => customer.place({ ...card, card: what.card, key: what.isKeyed ? card.key : undefined });
      const told = await Promise.all(Array.from({ length: what.copies }, send));
      const orderId = told.find((each) => each.orderId !== undefined)?.orderId;
      if (orderId !== undefined) orderIds.set(what.order, orderId);
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
      case 'pay': {
        const send = () => customer.pay(orderId, { ...card, card: what.card });
        await Promise.all(Array.from({ length: what.copies }, send));
        again.push(send);
        return;
      }
      case 'pry':
        if (what.how === 'read') await customer.read(orderId, 'pry');
        else if (what.how === 'cancel') await customer.cancel(orderId, 'pry');
        else await customer.pay(orderId, { ...card, card: 'good' }, 'pry');
    }
  };

  // One fault after the other on what they share would undo each other; each takes back its own.
  const wrong = Promise.all(faults.map(({ atMs, what }) => at(atMs, () => injector.carryOut(what))));
  const done = Promise.all(acts.map(({ atMs, what }) => at(atMs, () => act(what))));
  await wrong;
  await injector.heal();
  await done;
  return again;
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
        const { status } = await customer.place({ card: 'good', lastFour: 9_999, key: undefined });
        if (status === 201) return true;
        await wait(BUYS_EVERY_MS);
        return undefined;
      }).catch((cause: Error) => void problems.push(cause.message)),
    ),
  );
  await shop.ready();
  return problems;
}

type Left = Pick<Evidence, 'seed' | 'stored' | 'attempts' | 'charges'>;

async function gather(archive: Archive, seed: number, customers: readonly Customer[], before: number): Promise<Left> {
  const stored = await archive.storedOrders(customers.map(({ userId }) => userId));
  const charges = (await archive.ledger()).slice(before);
  const attempts = await archive.attempts([
    ...new Set([...stored.map(({ orderId }) => orderId), ...charges.map(orderOfCharge)]),
  ]);
  return { seed, stored, attempts, charges };
}

/** Milliseconds since the healing until nothing moves any more; undefined when that is not in time. */
async function restAfter(look: () => Promise<Left>, healedMs: number): Promise<number | undefined> {
  const within = RESTS_WITHIN_MS - (performance.now() - healedMs);
  return eventually('rest', Math.max(within, RESTS_WITHIN_MS / 2), async () =>
    isAtRest(await look()) ? Math.round(performance.now() - healedMs) : undefined,
  ).catch(() => undefined);
}

const OPEN_ATTEMPTS: ReadonlySet<string> = new Set(['processing', 'unknown', 'refund_pending', 'cancel_pending']);

/** Nobody works on anything any more, and the books agree; what they agree on is for the invariants to judge. */
function isAtRest({ stored, attempts, charges }: Left): boolean {
  if (stored.some(({ status, isWatched }) => isWatched || status === 'created' || status === 'paymentPending'))
    return false;
  if (attempts.some(({ status }) => OPEN_ATTEMPTS.has(status))) return false;
  // A charge that came in after its attempt was given up is found by a later look; until then the books differ.
  return stored.every(({ orderId, status }) => {
    const kept = charges.filter((charge) => orderOfCharge(charge) === orderId && isKept(charge)).length;
    return kept === (status === 'paymentProcessed' ? 1 : 0);
  });
}

const isKept = (charge: Charge): boolean => keptOf(charge) > 0;

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { keptConnection, type Outcome } from '@shop/kit/testing';
import { eventually } from '../harness/eventually.ts';
import { type Customer, newCustomer, type OrderView, TOTAL, type Told } from './customer.ts';
import { keptOf, openArchive, orderOfCharge } from './evidence.ts';
import { brokenBy } from './invariants/all.ts';
import { describe } from './invariants/finding.ts';
import { PROCESSES, type ProcessName } from './schedule.ts';
import { bootFaultShop } from './shop.ts';

const shop = await bootFaultShop();
const archive = openArchive(shop);
const hong = await newCustomer(shop.url, 'hong');
after(async () => {
  await archive.close();
  await shop.stop();
  await shop.removeData();
});

const HEALS_WITHIN_MS = 30_000;
const good = (key?: string) => ({ means: 'good', lastFour: 4_242, key }) as const;

type Ask = () => Promise<number | undefined>;

const place = () => hong.place(good());
const list = (): Promise<number | undefined> => statusOf('/order', hong);
const products = () => statusOf('/products');
const ready = () => statusOf('/health/ready');
const live = () => statusOf('/health/live');

async function statusOf(path: string, customer?: Customer): Promise<number | undefined> {
  if (customer !== undefined) {
    await customer.list().catch(() => undefined);
    return customer.told.at(-1)?.status;
  }
  const answer = await fetch(`${shop.url}${path}`, { headers: { connection: 'close' } });
  await answer.arrayBuffer();
  return answer.status;
}

const viewOf = ({ text }: Told): OrderView => JSON.parse(text) as OrderView;
const chargesOf = async (orderId: string) =>
  (await archive.ledger()).filter((charge) => orderOfCharge(charge) === orderId && keptOf(charge) > 0);

/** Waits until the shop refuses at once: the breakers are open. What the machine is busy with besides takes longer. */
const refusedQuickly = (ask: Ask, status: number, withinMs = QUICK_MS): Promise<true> =>
  eventually(`${status} within ${withinMs} ms`, HEALS_WITHIN_MS, async () => {
    const startedMs = performance.now();
    const said = await ask();
    return (said === status && performance.now() - startedMs < withinMs) || undefined;
  });
const QUICK_MS = 50;

test('fifty identical requests at once are one order and one charge at the provider', async () => {
  const before = (await archive.ledger()).length;
  const told = await Promise.all(Array.from({ length: 50 }, () => hong.place(good('fifty'))));
  assert.deepEqual([...new Set(told.map(({ status }) => status))].sort(), [201, 409]);
  const again = await hong.place(good('fifty'));
  assert.deepEqual([again.status, again.isReplayed], [201, true]);
  const orderIds = new Set(told.filter(({ status }) => status === 201).map((each) => viewOf(each).orderId));
  assert.deepEqual([...orderIds], [viewOf(again).orderId]);
  assert.deepEqual(
    (await archive.ledger()).slice(before).map(({ orderId, amount }) => [orderId, amount]),
    [[viewOf(again).orderId, TOTAL]],
  );
  assert.equal((await hong.list()).length, 1);
});

test('ten retries at once of an order whose payment failed are one attempt and one charge', async () => {
  const declined = await hong.place({ ...good(), means: 'declined' });
  const orderId = String(declined.orderId);
  assert.equal(declined.status, 402);
  const told = await Promise.all(Array.from({ length: 10 }, () => hong.pay(orderId, good())));
  assert.deepEqual(told.map(({ status }) => status).sort(), [201, ...Array.from({ length: 9 }, () => 409)]);
  assert.deepEqual((await archive.attempts([orderId])).map(({ attempt }) => attempt).sort(), [1, 2]);
  assert.equal((await chargesOf(orderId)).length, 1);
});

interface Outage {
  readonly process: ProcessName;
  /** What each request is answered while it lasts. */
  readonly refused: readonly (readonly [what: string, ask: Ask, status: number])[];
  readonly works: readonly (readonly [what: string, ask: Ask])[];
  /** How quickly it is said once it is known. Default QUICK_MS. */
  readonly withinMs?: number;
}

const placed = async () => (await place()).status;
const LIVES = ['liveness', live] as const;
// User, product and payment being down is tested in services/order/test/dependencies.test.ts.
const OUTAGES: readonly Outage[] = [
  {
    process: 'postgres',
    refused: [
      ['an order', placed, 503],
      ['a list', list, 503],
      ['the catalogue', products, 503],
    ],
    works: [['readiness', ready], LIVES],
  },
  {
    process: 'mongo',
    // The driver has no breaker: each request looks for its server for 3 s.
    withinMs: 4_500,
    refused: [
      ['an order', placed, 503],
      ['a list', list, 503],
      ['readiness', ready, 503],
    ],
    works: [['the catalogue', products], LIVES],
  },
  {
    process: 'sandbox',
    // Whether it was charged is not known; it is looked up when the provider is back.
    refused: [['an order', placed, 202]],
    works: [['a list', list], ['the catalogue', products], ['readiness', ready], LIVES],
  },
];

for (const { process, refused, works, withinMs } of OUTAGES)
  test(`${process} being down is said at once, the rest works, and it heals without another restart`, async () => {
    const others = PROCESSES.filter((name) => name !== process);
    const pids = others.map((name) => shop.pid(name));
    const release = shop.hold(process);
    shop.signal(process, 'SIGKILL');
    try {
      for (const [what, ask, status] of refused) {
        await eventually(`${what} is ${status}`, HEALS_WITHIN_MS, async () => (await ask()) === status || undefined);
        if (status === 503) await refusedQuickly(ask, status, withinMs);
      }
      for (const [what, ask] of works) assert.equal(await ask(), 200, what);
    } finally {
      release();
      await shop.ready();
    }
    await eventually('an order is paid', HEALS_WITHIN_MS, async () => (await placed()) === 201 || undefined);
    for (const [what, ask] of works) assert.equal(await ask(), 200, what);
    assert.deepEqual(
      others.map((name) => shop.pid(name)),
      pids,
    );
    assert.deepEqual(shop.takeUnexpectedDeaths(), []);
  });

test('a service that hangs is 504 at first, then 503 at once, and works again when it goes on', async () => {
  const pid = Number(shop.pid('product'));
  globalThis.process.kill(pid, 'SIGSTOP');
  try {
    const first = await Promise.all(Array.from({ length: 25 }, products));
    assert.ok(
      first.every((status) => status === 504 || status === 503),
      `${first}`,
    );
    assert.ok(first.includes(504), `${first}`);
    await refusedQuickly(products, 503);
    assert.equal(await list(), 200);
  } finally {
    globalThis.process.kill(pid, 'SIGCONT');
  }
  await eventually('an order is paid', HEALS_WITHIN_MS, async () => (await placed()) === 201 || undefined);
});

/** Asks again and again on a connection that is kept, until a request is not answered: the last one. */
function askWhileAnswered(path: string): { readonly isAnswered: Promise<Outcome>; readonly last: Promise<Outcome> } {
  const ask = keptConnection(shop.url);
  const isAnswered = ask(path);
  const untilNot = (outcome: Outcome): Outcome | Promise<Outcome> =>
    outcome.failure === undefined ? ask(path).then(untilNot) : outcome;
  return { isAnswered, last: isAnswered.then(untilNot) };
}

test('SIGTERM of all four services under load: each ends with 0, what was begun is finished, nothing is lost, not even a request on a kept connection', async () => {
  const services = ['order', 'user', 'product', 'payment'] as const;
  const customers = await Promise.all([newCustomer(shop.url, 'kim'), newCustomer(shop.url, 'lee')]);
  const before = (await archive.ledger()).length;
  let isOver = false;
  const load = customers.flatMap((customer) =>
    Array.from({ length: 3 }, async (_, lane) => {
      for (let i = 0; !isOver; i += 1) {
        const told = await customer.place({ means: 'good', lastFour: i, key: `${lane}-${i}` });
        if (told.status !== 201) await wait(20);
      }
    }),
  );
  const paid = () => customers.flatMap(({ told }) => told).filter(({ status }) => status === 201).length;
  await eventually('orders are paid', HEALS_WITHIN_MS, () => paid() >= 10 || undefined);
  const kept = Array.from({ length: 4 }, () => askWhileAnswered('/health/live'));
  await Promise.all(kept.map(({ isAnswered }) => isAnswered));
  const seen = shop.events.length;
  for (const service of services) shop.signal(service, 'SIGTERM');
  for (const service of services)
    assert.equal(
      await eventually(
        `${service} ends`,
        HEALS_WITHIN_MS,
        () =>
          shop.events
            .slice(seen)
            .flatMap((event) => (event.type === 'died' && event.part === service ? event.how : []))[0],
      ),
      'exit code 0',
      service,
    );
  for (const { failure, isReused } of await Promise.all(kept.map(({ last }) => last)))
    assert.equal(isReused, false, `${failure} on a kept connection`);
  await shop.ready();
  const paidBefore = paid();
  await eventually('orders are paid again', HEALS_WITHIN_MS, () => paid() > paidBefore || undefined);
  isOver = true;
  await Promise.all(load);
  await holds(customers, before);
});

test('after all of that the books balance: every order is at rest, and every charge is of a paid one', () =>
  holds([hong], 0));

/** Waits until everything of these customers is at rest, and looks at every promise. `before`: charges of earlier. */
async function holds(customers: readonly Customer[], before: number): Promise<void> {
  const userIds = customers.map(({ userId }) => userId);
  await eventually(
    'rest',
    HEALS_WITHIN_MS,
    async () =>
      ((await archive.storedOrders(userIds)).every(({ isWatched }) => !isWatched) &&
        (await archive.untold()).length === 0) ||
      undefined,
  );
  const stored = await archive.storedOrders(userIds);
  const attempts = await archive.attempts(stored.map(({ orderId }) => orderId));
  const own = new Set(stored.map(({ orderId }) => orderId));
  const found = brokenBy({
    seed: 0,
    customers: await Promise.all(
      customers.map(async ({ userId, told, list: listOwn }) => ({ userId, orders: await listOwn(), told })),
    ),
    stored,
    attempts,
    untold: await archive.untold(),
    accounts: await archive.accounts(attempts),
    charges: (await archive.ledger()).slice(before).filter((charge) => own.has(orderOfCharge(charge))),
    unexpectedDeaths: shop.takeUnexpectedDeaths(),
    atRestAfterMs: 0,
  });
  assert.deepEqual(found.map(describe), []);
}

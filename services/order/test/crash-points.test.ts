import assert from 'node:assert/strict';
import { test } from 'node:test';
import { productContract, userContract } from '@shop/contracts';
import { mockClient } from 'cmdrpc/testing';
import { uuidv7 } from 'uuidv7';
import { canMove, move, newOrder, type Order, waitingSince } from '../src/domain/order.ts';
import { DEFAULT_BUDGETS } from '../src/peers/budgets.ts';
import type { OrderStore } from '../src/store/orders.ts';
import { cancelOrder } from '../src/workflow/cancel-order.ts';
import type { WorkflowDeps } from '../src/workflow/deps.ts';
import { placeOrder } from '../src/workflow/place-order.ts';
import { recoverOrder } from '../src/workflow/recover-order.ts';
import { retryPayment } from '../src/workflow/retry-payment.ts';
import { settlePayment } from '../src/workflow/settle-payment.ts';
import type { Turn } from './support/interleaving.ts';
import { type AttemptState, createPaymentModel } from './support/payment-model.ts';

// Every workflow is stopped before each of its steps, as a process that is killed there stops, and so is the recovery that
// comes after it. The workflows are the real ones; the order's document and Payment's rules are models of one step each.

const USER = '5f0c7a52-0c1d-4d50-9f0e-0d3c4d6f7a01';
const PRODUCT = '8cc28226-076e-4472-8b08-4e5c2b51ebc5';
const ADDRESS = { name: '홍길동', street: '세종대로 110', city: '서울', postalCode: '04524', country: 'KR' };
const MEANS = { paymentMethod: 'VirtualAccount', paymentName: '홍길동' } as const;
const logger = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
const now = () => new Date(0);

/** The steps of a process that dies before step `diesAt`, and whether it got that far. */
const life = (diesAt: number): { readonly turn: Turn; isDead(): boolean } => {
  let steps = 0;
  return {
    turn: () => {
      steps += 1;
      return steps < diesAt ? Promise.resolve() : new Promise(() => undefined);
    },
    isDead: () => steps >= diesAt,
  };
};
const IMMORTAL = Number.POSITIVE_INFINITY;

/** Between two steps there are promises alone: after this a process has ended, or stands before the step it dies at. */
const settled = async (work: Promise<unknown>): Promise<void> => {
  await Promise.race([work.catch(() => undefined), new Promise((resolve) => setImmediate(resolve))]);
};

const world = (start: Order | undefined, orderId: string, attempts: Readonly<Record<number, AttemptState>>) => {
  let order = start;
  const payment = createPaymentModel(orderId, attempts);

  const depsOf = (turn: Turn, outcome?: AttemptState): WorkflowDeps => {
    const step = async <T>(work: () => T): Promise<T> => {
      await turn();
      return work();
    };
    const orders: OrderStore = {
      insert: (inserted) =>
        step(() => {
          if (order !== undefined) return false;
          order = inserted;
          return true;
        }),
      find: () => step(() => order),
      findOwn: () => step(() => order),
      listOwn: () => assert.fail('no orders are listed here'),
      compareAndSet: (before, after) =>
        step(() => {
          if (order?.status !== before.status || order.version !== before.version) return false;
          order = after;
          return true;
        }),
    };
    const account = { id: USER, email: 'user@example.com', name: '홍길동' };
    const peers = {
      user: mockClient(userContract, {
        parse_bearer_token: () => ({ sub: USER, exp: 4_000_000_000 }),
        get_user_info: () => account,
      }),
      product: mockClient(productContract, {
        get_products_info: () => [{ id: PRODUCT, name: 'USB-C 케이블', price: 1_000 }],
      }),
      payment: payment.client(turn, outcome),
    };
    return { orders, peers, budgets: DEFAULT_BUDGETS, now, newOrderId: () => orderId };
  };

  const hear = async (): Promise<void> => {
    for (let news = payment.outbox.shift(); news !== undefined; news = payment.outbox.shift())
      await settlePayment(
        depsOf(async () => undefined),
        news,
        { logger },
      );
  };
  return {
    payment,
    depsOf,
    hear,
    order: () => order,
    recover: async (turn: Turn): Promise<void> => {
      if (order !== undefined && waitingSince(order) !== undefined) await recoverOrder(depsOf(turn), order, { logger });
    },
  };
};
type World = ReturnType<typeof world>;

const orderOf = (orderId: string): Order =>
  newOrder(
    {
      ...{ orderId, userId: USER, totalAmount: 1_000, address: ADDRESS, payment: { method: 'VirtualAccount' } },
      items: [{ productId: PRODUCT, name: 'USB-C 케이블', price: 1_000 }],
    },
    now(),
  );
const begin = (orderId: string) => async () => ({
  orderId,
  isResumed: false,
  attempt: undefined,
  note: async () => undefined,
});

interface Scenario {
  readonly name: string;
  readonly begin: (orderId: string) => World;
  readonly work: (world: World, orderId: string, turn: Turn, outcome: AttemptState) => Promise<unknown>;
}

const SCENARIOS: readonly Scenario[] = [
  {
    name: 'placing an order',
    begin: (orderId) => world(undefined, orderId, {}),
    work: ({ depsOf }, orderId, turn, outcome) =>
      placeOrder(
        depsOf(turn, outcome),
        { token: 'token', productIds: [PRODUCT], address: ADDRESS, means: MEANS, amount: 1_000 },
        { logger, begin: begin(orderId) },
      ),
  },
  {
    name: 'paying a failed order again',
    begin: (orderId) =>
      world(move(orderOf(orderId), 'paymentFailed', { at: now(), reason: 'REJECT_CARD_PAYMENT' }), orderId, {
        1: 'rejected',
      }),
    work: ({ depsOf }, orderId, turn, outcome) =>
      retryPayment(
        depsOf(turn, outcome),
        { token: 'token', orderId, means: MEANS, amount: 1_000 },
        { logger, begin: begin(orderId) },
      ),
  },
  {
    name: 'canceling a paid order',
    begin: (orderId) => {
      const payment = { method: 'VirtualAccount', status: 'Approved' } as const;
      return world(move(orderOf(orderId), 'paymentProcessed', { at: now(), payment }), orderId, { 1: 'approved' });
    },
    work: ({ depsOf }, orderId, turn) => cancelOrder(depsOf(turn), { token: 'token', orderId }, { logger }),
  },
];

/** Everybody agrees: the order is at rest, on a path of its states, and costs what was taken and not given back. */
const agrees = ({ order, payment }: World): void => {
  const last = order();
  const charges = payment.charges();
  if (last === undefined) {
    assert.equal(charges, 0, 'nothing is charged for an order that is not there');
    return;
  }
  const path = last.history.map(({ to }) => to);
  assert.ok(
    path.every((to, i) => i === 0 || canMove(path[i - 1] ?? to, to)),
    `${path}`,
  );
  assert.equal(waitingSince(last), undefined, `it still waits: ${path}`);
  assert.equal(charges, last.status === 'paymentProcessed' ? 1 : 0, `${charges} charges of an order that is ${path}`);
};

const OUTCOMES = ['approved', 'rejected', 'unknown'] as const;
/** What an outcome that was unknown turns out to be. */
const TURNS_OUT = ['approved', 'rejected'] as const;

for (const { name, begin: beginWorld, work } of SCENARIOS)
  test(`${name} ends well wherever its process dies, and wherever the one dies that repairs it`, async () => {
    let played = 0;
    for (const outcome of OUTCOMES)
      for (const turnsOut of TURNS_OUT)
        for (const isNewsFirst of [true, false])
          for (let diesAt = 1, hasMore = true; hasMore; diesAt += 1)
            for (let repairDiesAt = 1, repairHasMore = true; repairHasMore; repairDiesAt += 1) {
              const about = `${name}: ${outcome}, then ${turnsOut}; dies before step ${diesAt}, its repair before ${repairDiesAt}`;
              const orderId = uuidv7();
              const shop = beginWorld(orderId);
              const first = life(diesAt);
              await settled(work(shop, orderId, first.turn, outcome));
              const dead = shop.order();
              hasMore = first.isDead();
              const second = life(repairDiesAt);
              await settled(shop.recover(second.turn));
              repairHasMore = second.isDead();
              for (const attempt of shop.payment.attempts.keys()) shop.payment.settle(attempt, turnsOut);
              if (isNewsFirst) await shop.hear();
              await shop.recover(life(IMMORTAL).turn);
              await shop.hear();
              try {
                agrees(shop);
                // What the dead process had written may arrive now: it charges nothing that anybody has given up.
                if (dead?.status === 'paymentPending' && hasMore) {
                  try {
                    shop.payment.makePayment(dead.attempt, 'approved');
                  } catch {
                    // Refused by Payment's rules.
                  }
                  await shop.hear();
                  agrees(shop);
                }
              } catch (cause) {
                throw new Error(about, { cause });
              }
              played += 1;
            }
    assert.ok(played > 50, `${played} ways to die were played`);
  });

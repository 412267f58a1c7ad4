import assert from 'node:assert/strict';
import { test } from 'node:test';
import { productContract, userContract } from '@shop/contracts';
import { mockClient } from 'cmdrpc/testing';
import { uuidv7 } from 'uuidv7';
import { canMove, move, newOrder, type Order, waitingSince } from '../src/domain/order.ts';
import { Refusal } from '../src/domain/refusal.ts';
import { DEFAULT_BUDGETS } from '../src/peers/budgets.ts';
import type { OrderStore } from '../src/store/orders.ts';
import { cancelOrder } from '../src/workflow/cancel-order.ts';
import type { WorkflowDeps } from '../src/workflow/deps.ts';
import { recoverOrder } from '../src/workflow/recover-order.ts';
import { retryPayment } from '../src/workflow/retry-payment.ts';
import { settlePayment } from '../src/workflow/settle-payment.ts';
import { type Actor, everyInterleaving, type Turn } from './support/interleaving.ts';
import { type AttemptState, createPaymentModel } from './support/payment-model.ts';

// The workflows are the real ones. What stands around them is a model: an order that is read and compared-and-set in one
// step each, and Payment's rules with each command one step, so that every order of the steps can be played.

const USER = '5f0c7a52-0c1d-4d50-9f0e-0d3c4d6f7a01';
const logger = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
const now = () => new Date(0);
const noTurn: Turn = async () => undefined;

const pending = (): Order =>
  newOrder(
    {
      orderId: uuidv7(),
      userId: USER,
      items: [{ productId: uuidv7(), name: 'USB-C 케이블', price: 1_000 }],
      totalAmount: 1_000,
      address: { name: '홍길동', street: '세종대로 110', city: '서울', postalCode: '04524', country: 'KR' },
      payment: { method: 'CreditCard', last4: '4242' },
    },
    now(),
  );
const failed = (): Order => move(pending(), 'paymentFailed', { at: now(), reason: 'REJECT_CARD_PAYMENT' });
const paid = (): Order =>
  move(pending(), 'paymentProcessed', { at: now(), payment: { method: 'CreditCard', status: 'Approved' } });

/** One order, what Payment knows of it, and everything that may happen to it. */
const world = (start: Order, attempts: Readonly<Record<number, AttemptState>>) => {
  const { orderId } = start;
  let order = start;
  const payment = createPaymentModel(orderId, attempts);

  const depsOf = (turn: Turn, outcome?: AttemptState): WorkflowDeps => {
    const read = async () => {
      await turn();
      return order;
    };
    const orders: OrderStore = {
      insert: () => assert.fail('no order is placed here'),
      listOwn: () => assert.fail('no orders are listed here'),
      find: read,
      findOwn: read,
      compareAndSet: async (before, after) => {
        await turn();
        if (order.status !== before.status || order.version !== before.version) return false;
        assert.equal(after.version, before.version + 1, 'every write is one version');
        order = after;
        return true;
      },
    };
    const user = mockClient(userContract, {
      parse_bearer_token: () => ({ sub: USER, exp: 4_000_000_000 }),
      get_user_info: () => ({ id: USER, email: 'user@example.com', name: '홍길동' }),
    });
    const peers = { user, product: mockClient(productContract, {}), payment: payment.client(turn, outcome) };
    return { orders, peers, budgets: DEFAULT_BUDGETS, now, newOrderId: uuidv7 };
  };

  const refusing = (work: Promise<unknown>): Promise<string> =>
    work.then(
      (result) => (result as { readonly tag: string }).tag,
      (error: unknown) => (error instanceof Refusal ? error.code : Promise.reject(error)),
    );
  const said: Record<'canceled' | 'retried', string[]> = { canceled: [], retried: [] };

  const cancel: Actor = async (turn) => {
    said.canceled.push(await refusing(cancelOrder(depsOf(turn), { token: 'token', orderId }, { logger })));
  };
  const retry =
    (outcome: AttemptState): Actor =>
    async (turn) => {
      const begin = async () => ({ orderId, isResumed: false, attempt: undefined, note: async () => undefined });
      const means = { paymentMethod: 'VirtualAccount', paymentName: '홍길동' } as const;
      const request = { token: 'token', orderId, means, amount: 1_000 };
      said.retried.push(await refusing(retryPayment(depsOf(turn, outcome), request, { logger, begin })));
    };
  const recover: Actor = async (turn) => {
    await turn();
    if (waitingSince(order) !== undefined) await recoverOrder(depsOf(turn), order, { logger });
  };
  /** Payment tells what comes next, and again when it was told before. */
  const hear: Actor = async (turn) => {
    await turn();
    const news = payment.outbox.shift();
    if (news !== undefined) await settlePayment(depsOf(turn), news, { logger });
  };
  const provider =
    (attempt: number, state: 'approved' | 'rejected'): Actor =>
    async (turn) => {
      await turn();
      payment.settle(attempt, state);
      await hear(turn);
    };
  /** A request of a process that died, on its way all the time. */
  const lateFrame =
    (attempt: number): Actor =>
    async (turn) => {
      await turn();
      try {
        payment.makePayment(attempt, 'approved');
      } catch {
        // A tombstone was faster.
      }
      await hear(turn);
    };

  /** Everything that was left open is brought to its end; then money, order and answers must agree. */
  const end = async (): Promise<void> => {
    for (const [attempt, state] of payment.attempts) if (state === 'unknown') payment.settle(attempt, 'approved');
    for (let rounds = 0; payment.outbox.length > 0 || waitingSince(order) !== undefined; rounds += 1) {
      assert.ok(rounds < 20, `never at rest: ${JSON.stringify(order)}`);
      await hear(noTurn);
      await recover(noTurn);
    }
    const story = JSON.stringify({ said, history: order.history, attempts: [...payment.attempts] });
    assert.equal(payment.charges(), order.status === 'paymentProcessed' ? 1 : 0, story);
    for (const [i, { from, to }] of order.history.entries()) {
      if (i === 0) continue;
      assert.equal(from, order.history[i - 1]?.to, story);
      assert.ok(from !== null && canMove(from, to), story);
    }
    // What a customer was told stays true.
    if (said.canceled.some((tag) => tag === 'canceled' || tag === 'underWay'))
      assert.equal(order.status, 'canceled', story);
    if (said.retried.includes('paid')) assert.ok(['paymentProcessed', 'canceled'].includes(order.status), story);
    if (said.canceled.every((tag) => tag.startsWith('order_'))) assert.notEqual(order.status, 'canceled', story);
  };
  return { cancel, retry, recover, hear, provider, lateFrame, end };
};
type World = ReturnType<typeof world>;

const SCENARIOS: readonly {
  readonly name: string;
  readonly begin: () => World;
  readonly actors: (at: World) => readonly Actor[];
}[] = [
  {
    name: 'a cancellation, a look of recovery and a charge that is approved late',
    begin: () => world(pending(), { 1: 'unknown' }),
    actors: (at) => [at.cancel, at.recover, at.provider(1, 'approved')],
  },
  {
    name: 'a cancellation, a look of recovery and a charge that is declined late',
    begin: () => world(pending(), { 1: 'unknown' }),
    actors: (at) => [at.cancel, at.recover, at.provider(1, 'rejected')],
  },
  {
    name: 'a retry that is approved and a cancellation',
    begin: () => world(failed(), { 1: 'rejected' }),
    actors: (at) => [at.retry('approved'), at.cancel, at.hear],
  },
  {
    name: 'a retry that is declined and a cancellation',
    begin: () => world(failed(), { 1: 'rejected' }),
    actors: (at) => [at.retry('rejected'), at.cancel, at.hear],
  },
  {
    name: 'a retry of unknown outcome, a cancellation and a look of recovery',
    begin: () => world(failed(), { 1: 'rejected' }),
    actors: (at) => [at.retry('unknown'), at.cancel, at.recover],
  },
  {
    name: 'a cancellation of an order that was given up too early, and its money',
    begin: () => world(failed(), { 1: 'unknown' }),
    actors: (at) => [at.cancel, at.provider(1, 'approved'), at.recover],
  },
  {
    name: 'two retries',
    begin: () => world(failed(), { 1: 'rejected' }),
    actors: (at) => [at.retry('approved'), at.retry('approved')],
  },
  {
    name: 'two cancellations of a paid order and a look of recovery',
    begin: () => world(paid(), { 1: 'approved' }),
    actors: (at) => [at.cancel, at.cancel, at.recover],
  },
  {
    name: 'a look of recovery at an order whose charge never began, the late request for it and a cancellation',
    begin: () => world(pending(), {}),
    actors: (at) => [at.recover, at.cancel, at.lateFrame(1)],
  },
  {
    name: 'a retry of an order, and the late request for its first attempt',
    begin: () => world(failed(), {}),
    actors: (at) => [at.retry('approved'), at.lateFrame(1)],
  },
];

for (const { name, begin, actors } of SCENARIOS) {
  test(`${name}, in every order of their steps: money and order agree`, async (t) => {
    const played = await everyInterleaving(() => {
      const at = begin();
      return { actors: actors(at), end: at.end };
    });
    t.diagnostic(`${played} orders`);
    assert.ok(played > 10, `${played}`);
  });
}

import { closePostgres, createLogger, openPostgres } from '@shop/kit';
import { SEED_ORDER } from '@shop/stack';
import { uuidv7 } from 'uuidv7';
import { DEFAULT_BUDGETS } from '../../../services/order/src/peers/budgets.ts';
import { openOrderDatabase } from '../../../services/order/src/store/mongo.ts';
import type { Peers } from '../../../services/order/src/workflow/deps.ts';
import { placeOrder } from '../../../services/order/src/workflow/place-order.ts';
import { settlePayment } from '../../../services/order/src/workflow/settle-payment.ts';
import { cardCheck } from '../../../services/payment/src/domain/card-validation.ts';
import { timing } from '../../../services/payment/src/domain/timing.ts';
import { makePayment } from '../../../services/payment/src/handlers/make-payment.ts';
import { createProvider } from '../../../services/payment/src/provider/client.ts';
import { createAttemptStore } from '../../../services/payment/src/store/attempts.ts';
import { type Announcement, createOutboxStore } from '../../../services/payment/src/store/outbox.ts';
import { createRecoveryStore } from '../../../services/payment/src/store/recovery.ts';
import { InFlight } from '../../../services/payment/src/workflow/in-flight.ts';
import { Publisher, publisherTiming } from '../../../services/payment/src/workflow/publisher.ts';
import { newTally } from '../../../services/payment/src/workflow/tally.ts';
import { getProductsInfo } from '../../../services/product/src/handlers/get-products-info.ts';
import { createProductCache } from '../../../services/product/src/store/product-cache.ts';
import { createProducts } from '../../../services/product/src/store/products.ts';
import { getUserInfo } from '../../../services/user/src/handlers/get-user-info.ts';
import { parseBearerToken } from '../../../services/user/src/handlers/parse-bearer-token.ts';
import { createSessions } from '../../../services/user/src/store/sessions.ts';
import { createUsers } from '../../../services/user/src/store/users.ts';
import { loggedIn } from './logged-in.ts';

/** Where the one process finds what the four services find. */
export interface OneProcessOptions {
  readonly userDbUrl: string;
  readonly productDbUrl: string;
  /** Its own, with the tables of the payment service: two publishers on one outbox would do each other's work. */
  readonly paymentDbUrl: string;
  /** Its own for the same reason: the recovery of the order service looks at every order. */
  readonly mongoUri: string;
  readonly providerUrl: string;
  readonly providerKey: string;
}

/** What of a call's context the handlers look at. */
const context = { logger: createLogger({ name: 'bench', level: 'warn' }), remainingMs: () => 10_000, errors: {} };

/** A handler called as a function. What it refuses ends the run: every order of this claim is to be paid. */
const called = (handler: (input: never, ctx: never) => unknown) => ({
  safe: async (input: unknown) => ({ ok: true, value: await handler(input as never, context as never) }),
});

/**
 * The same order in one process: the workflows, handlers and stores of the four services, called as functions. The same
 * questions and writes go to the same databases, the same charge to the same provider, and Order is told of it by the
 * same outbox; what is left out is HTTP at the front, the RPC between, and validation and logs, which go with those.
 */
export const openOneProcess = async (options: OneProcessOptions) => {
  const { logger } = context;
  const [userSql, productSql, paymentSql] = (['user', 'product', 'payment'] as const).map((name) =>
    openPostgres({ url: options[`${name}DbUrl`], applicationName: `bench-${name}` }),
  );
  if (!userSql || !productSql || !paymentSql) throw new Error('three databases were opened');
  const database = openOrderDatabase(options.mongoUri);
  await database.prepare();

  const sessions = createSessions(userSql);
  const { accessTokens, token } = await loggedIn(sessions);
  const pricing = createProductCache({ find: createProducts(productSql).byIds, ttlMs: 1_000, maxEntries: 10_000 });

  const publisher: Publisher = new Publisher({
    outbox: createOutboxStore(paymentSql),
    tell: (news) => settlePayment({ orders: database.orders, now }, newsOf(news), { logger }),
    owner: uuidv7(),
    timing: publisherTiming(),
    logger,
    random: Math.random,
  });
  publisher.start();
  const provider = createProvider({ baseUrl: options.providerUrl, secretKey: options.providerKey });
  const payment = makePayment({
    store: createAttemptStore(paymentSql, () => publisher.nudge()),
    recovery: createRecoveryStore(paymentSql, () => publisher.nudge()),
    provider,
    inFlight: new InFlight(1_000),
    undoing: new Map(),
    checkCard: cardCheck('basic'),
    timing: timing(),
    tally: newTally(),
    nowMs: Date.now,
    newId: uuidv7,
    random: Math.random,
  });

  // Only what a paid order calls is there; anything else would end the run.
  const peers = {
    user: {
      parse_bearer_token: called(parseBearerToken({ accessTokens, sessions } as never)),
      get_user_info: called(getUserInfo({ users: createUsers(userSql) } as never)),
    },
    product: { get_products_info: called(getProductsInfo({ pricing } as never)) },
    payment: { make_payment: called(payment) },
  } as unknown as Peers;
  const workflow = { orders: database.orders, peers, budgets: DEFAULT_BUDGETS, now, newOrderId: uuidv7 };
  const { productIds, address, payment: means } = SEED_ORDER;
  return {
    /** @throws {Error} unless the order was placed and paid. */
    place: async (): Promise<void> => {
      const result = await placeOrder(
        workflow,
        { token, productIds, address, means, amount: means.amount },
        {
          logger,
          begin: async (_, orderId) => ({
            orderId,
            isResumed: false,
            attempt: undefined,
            note: async () => undefined,
          }),
        },
      );
      if (result.tag !== 'paid') throw new Error(`an order is ${result.tag}`);
    },
    close: async (): Promise<void> => {
      await publisher.stop();
      await provider.close();
      await database.close();
      for (const sql of [userSql, productSql, paymentSql]) await closePostgres(sql);
    },
  };
};

const now = (): Date => new Date();

type News = Parameters<typeof settlePayment>[1];

/** What `payment_settled` says of an announcement. */
const newsOf = ({ orderId, attempt, paymentStatus, reason }: Announcement): News => ({
  orderId,
  attempt,
  paymentStatus: paymentStatus as News['paymentStatus'],
  ...(reason === null ? {} : { reason }),
});

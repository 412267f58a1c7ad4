import { paymentContract } from '@shop/contracts';
import { closePostgres, createLogger, openPostgres, type PostgresOptions } from '@shop/kit';
import { createClient } from 'cmdrpc';
import { uuidv7 } from 'uuidv7';
import { type CardValidation, cardCheck } from '../src/domain/card-validation.ts';
import { type Timing, timing } from '../src/domain/timing.ts';
import type { Deps } from '../src/handlers/deps.ts';
import { openOrder } from '../src/peers/order.ts';
import { createProvider } from '../src/provider/client.ts';
import { buildServer } from '../src/server.ts';
import { createAttemptStore } from '../src/store/attempts.ts';
import { createOutboxStore } from '../src/store/outbox.ts';
import { createRecoveryStore } from '../src/store/recovery.ts';
import { InFlight } from '../src/workflow/in-flight.ts';
import { Publisher, publisherTiming } from '../src/workflow/publisher.ts';
import { RecoveryWorker } from '../src/workflow/recovery-worker.ts';
import { stopCharges } from '../src/workflow/stop-charges.ts';
import { newTally } from '../src/workflow/tally.ts';
import { SECRET_KEY } from './sandbox.ts';

export interface ServiceOptions {
  readonly dbUrl: string;
  readonly baseUrl: string;
  readonly secretKey?: string;
  readonly cardValidation?: CardValidation;
  readonly maxInFlight?: number;
  /** Changes the pool of connections to the database. */
  readonly pool?: Pick<PostgresOptions, 'max' | 'answerTimeoutMs'>;
  /** Changes single durations; the others are those of the service. */
  readonly timing?: Partial<Timing>;
  /** Starts the recovery worker, with all durations multiplied by this. Left out, nothing is looked at by itself. */
  readonly recoveryScale?: number;
  /** Starts the publisher towards an Order on this port. Left out, nobody is told. */
  readonly orderPort?: number;
  /** Changes the parts the service is built of. */
  readonly wrap?: (deps: Deps) => Deps;
}

export type PaymentClient = ReturnType<typeof createClient<(typeof paymentContract)['commands']>>;

export interface TestService {
  readonly payment: PaymentClient;
  readonly deps: Deps;
  readonly worker: RecoveryWorker;
  readonly publisher: Publisher;
  /** Everything the service has logged. */
  readonly logs: string[];
  stop(): Promise<void>;
}

/** The payment service as `main.ts` builds it, on a free port, with a client of the same contract. */
export async function startService(options: ServiceOptions): Promise<TestService> {
  const logs: string[] = [];
  const logger = createLogger({
    name: 'payment',
    level: 'trace',
    destination: { write: (line: string) => void logs.push(line) },
  });
  const sql = openPostgres({ url: options.dbUrl, applicationName: 'payment', ...options.pool });
  const provider = createProvider({ baseUrl: options.baseUrl, secretKey: options.secretKey ?? SECRET_KEY });
  const inFlight = new InFlight(options.maxInFlight ?? 1_000);
  const owner = uuidv7();
  const scale = options.recoveryScale ?? 1;
  const order = openOrder(
    {
      target: `tcp://127.0.0.1:${options.orderPort ?? 9}`,
      timeoutMs: 2_000,
      retry: { maxAttempts: 1 },
      breaker: { errorThresholdPercentage: 50, volumeThreshold: 20, resetMs: 5_000, maxResetMs: 5_000 },
    },
    logger,
  );
  const publisher = new Publisher({
    outbox: createOutboxStore(sql),
    tell: order.tell,
    owner,
    timing: publisherTiming(0.05),
    logger,
    random: Math.random,
  });
  const own: Deps = {
    store: createAttemptStore(sql, () => publisher.nudge()),
    recovery: createRecoveryStore(sql, () => publisher.nudge()),
    provider,
    inFlight,
    undoing: new Map(),
    checkCard: cardCheck(options.cardValidation ?? 'basic'),
    timing: { ...timing(scale), ...options.timing },
    tally: newTally(),
    nowMs: Date.now,
    newId: uuidv7,
    random: Math.random,
  };
  const deps = options.wrap?.(own) ?? own;
  const worker = new RecoveryWorker({ ...deps, owner, logger });
  // The machine may be busy with other tests: being late is not what is looked at.
  const server = buildServer({ deps, logger, shedding: false });
  const { port } = await server.listen({ host: '127.0.0.1', port: 0 });
  if (options.orderPort !== undefined) publisher.start();
  if (options.recoveryScale !== undefined) worker.start();
  // One attempt: what the service answers is looked at, not what a retry makes of it.
  const payment = createClient(paymentContract, {
    target: `tcp://127.0.0.1:${port}`,
    name: 'test',
    retry: { maxAttempts: 1 },
  });
  return {
    payment,
    deps,
    worker,
    publisher,
    logs,
    async stop() {
      await payment.$.close();
      await Promise.all([server.close({ drainMs: 9_500 }), worker.stop()]);
      await stopCharges({ inFlight, provider, logger });
      await publisher.stop();
      await order.close();
      await closePostgres(sql);
    },
  };
}

type PaymentInput = Parameters<PaymentClient['make_payment']>[0];
type CardInput = Extract<PaymentInput, { paymentMethod: 'CreditCard' }> & { attempt: number };
type DepositInput = Extract<PaymentInput, { paymentMethod: 'VirtualAccount' }> & { attempt: number };

/** A request to charge a card; the seed card unless said otherwise. */
export const cardRequest = (over: Partial<CardInput> = {}): CardInput => ({
  orderId: uuidv7(),
  attempt: 1,
  userEmail: 'user@example.com',
  paymentMethod: 'CreditCard' as const,
  paymentName: '홍길동',
  cardNumber: '123123',
  expiryYear: '26',
  expiryMonth: '12',
  birthOrRegistration: '9',
  passwordTwoDigits: '12',
  amount: 3_000,
  ...over,
});

/** A request for an account to deposit into. */
export const depositRequest = (over: Partial<DepositInput> = {}): DepositInput => ({
  orderId: uuidv7(),
  attempt: 1,
  userEmail: 'user@example.com',
  paymentMethod: 'VirtualAccount' as const,
  paymentName: '홍길동',
  amount: 3_000,
  ...over,
});

/** Asks again and again until the answer is the wanted one; gives up after twenty seconds. */
export async function eventually<T>(ask: () => Promise<T>, isWanted: (answer: T) => boolean): Promise<T> {
  const endMs = performance.now() + 20_000;
  for (;;) {
    const answer = await ask();
    if (isWanted(answer)) return answer;
    if (performance.now() > endMs) throw new Error(`still ${JSON.stringify(answer)} after 20 s`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

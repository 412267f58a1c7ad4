import { paymentContract } from '@shop/contracts';
import { closePostgres, createLogger, openPostgres } from '@shop/kit';
import { createClient } from 'cmdrpc';
import { uuidv7 } from 'uuidv7';
import { type CardValidation, cardCheck } from '../src/domain/card-validation.ts';
import type { Deps } from '../src/handlers/deps.ts';
import { createProvider } from '../src/provider/client.ts';
import { buildServer } from '../src/server.ts';
import { createAttemptStore } from '../src/store/attempts.ts';
import { InFlight } from '../src/workflow/in-flight.ts';
import { stopCharges } from '../src/workflow/stop-charges.ts';
import { SECRET_KEY } from './sandbox.ts';

export interface ServiceOptions {
  readonly dbUrl: string;
  readonly baseUrl: string;
  readonly secretKey?: string;
  readonly cardValidation?: CardValidation;
  readonly maxInFlight?: number;
  readonly orphanedAfterMs?: number;
  /** Changes the parts the service is built of. */
  readonly wrap?: (deps: Deps) => Deps;
}

export type PaymentClient = ReturnType<typeof createClient<(typeof paymentContract)['commands']>>;

export interface TestService {
  readonly payment: PaymentClient;
  readonly deps: Deps;
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
  const sql = openPostgres({ url: options.dbUrl, applicationName: 'payment' });
  const provider = createProvider({ baseUrl: options.baseUrl, secretKey: options.secretKey ?? SECRET_KEY });
  const inFlight = new InFlight(options.maxInFlight ?? 1_000);
  const own: Deps = {
    store: createAttemptStore(sql),
    provider,
    inFlight,
    checkCard: cardCheck(options.cardValidation ?? 'basic'),
    orphanedAfterMs: options.orphanedAfterMs ?? 15_000,
    nowMs: Date.now,
    newId: uuidv7,
  };
  const deps = options.wrap?.(own) ?? own;
  const server = buildServer({ deps, logger });
  const { port } = await server.listen({ host: '127.0.0.1', port: 0 });
  // One attempt: what the service answers is looked at, not what a retry makes of it.
  const payment = createClient(paymentContract, {
    target: `tcp://127.0.0.1:${port}`,
    name: 'test',
    retry: { maxAttempts: 1 },
  });
  return {
    payment,
    deps,
    logs,
    async stop() {
      await payment.$.close();
      await server.close({ drainMs: 9_500 });
      await stopCharges({ inFlight, provider, logger });
      await closePostgres(sql);
    },
  };
}

/** A request to charge a card; the seed card unless said otherwise. */
export const cardRequest = (over: Partial<Parameters<PaymentClient['make_payment']>[0]> = {}) => ({
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

/** Asks again and again until the answer is the wanted one; gives up after ten seconds. */
export async function eventually<T>(ask: () => Promise<T>, isWanted: (answer: T) => boolean): Promise<T> {
  const endMs = performance.now() + 10_000;
  for (;;) {
    const answer = await ask();
    if (isWanted(answer)) return answer;
    if (performance.now() > endMs) throw new Error(`still ${JSON.stringify(answer)} after 10 s`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

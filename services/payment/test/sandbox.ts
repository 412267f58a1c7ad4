import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type RunningSandbox, startSandbox } from '@shop/payment-sandbox';

export const SECRET_KEY = 'test_sk_payment_tests_0123456789';

/** One charge as the provider's stand-in has it in its books. Amounts in won. */
export interface LedgerCharge {
  readonly orderId: string;
  readonly paymentKey: string;
  readonly amount: number;
  readonly status: string;
  readonly canceledAmount: number;
}

export interface TestSandbox {
  readonly url: string;
  readonly port: number;
  /** What was really charged, by our orderId or any attempt's name of it. */
  charges(orderId: string): Promise<LedgerCharge[]>;
  /** Sets the fault knobs; `{}` clears them all. */
  faults(knobs: object): Promise<void>;
  /** Pays into the account of an order, by its name at the provider. */
  deposit(providerOrderId: string): Promise<void>;
  /** Takes the deposit back out. */
  takeBack(providerOrderId: string): Promise<void>;
  close(): Promise<void>;
}

/** The real sandbox over HTTP, with a ledger in a directory of its own. */
export async function startTestSandbox(options: { readonly now?: () => number } = {}): Promise<TestSandbox> {
  const directory = await mkdtemp(join(tmpdir(), 'shop-payment-'));
  const sandbox: RunningSandbox = await startSandbox({
    port: 0,
    host: '127.0.0.1',
    databasePath: join(directory, 'ledger.sqlite'),
    secretKey: SECRET_KEY,
    slowAnswerMs: 1_500,
    ...options,
  });
  const post = async (path: string, orderId: string): Promise<void> => {
    const response = await fetch(sandbox.url + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ orderId }),
    });
    if (!response.ok) throw new Error(`the sandbox refused ${path} with ${response.status}`);
  };
  return {
    url: sandbox.url,
    port: sandbox.port,
    async charges(orderId) {
      const response = await fetch(`${sandbox.url}/_sandbox/ledger`);
      const all = (await response.json()) as LedgerCharge[];
      return all.filter((charge) => charge.orderId.startsWith(orderId));
    },
    async faults(knobs) {
      const response = await fetch(`${sandbox.url}/_sandbox/faults`, {
        method: 'PUT',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(knobs),
      });
      if (!response.ok) throw new Error(`the sandbox refused the faults with ${response.status}`);
    },
    deposit: (orderId) => post('/_sandbox/deposits', orderId),
    takeBack: (orderId) => post('/_sandbox/deposit-reversals', orderId),
    async close() {
      await sandbox.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

import { z } from 'zod';
import { NOTICE_KNOBS, type Notice } from './notices.ts';
import type { FaultShop } from './shop.ts';

/** `refused`: the account is closed, or was paid into before. `unknown`: the bank heard no answer. */
export type Deposited = 'taken' | 'refused' | 'unknown';

/** Where customers pay into accounts: at the provider itself, past every proxy, as a bank transfer is. */
export interface Bank {
  /** The provider's id of the order stands for the number of its account. */
  deposit(providerOrderId: string, notice: Notice): Promise<Deposited>;
}

/** An account that was issued, as the provider has it. */
export interface ProviderAccount {
  readonly providerOrderId: string;
  readonly accountNumber: string;
  readonly status: string;
}

const BANK_PATIENCE_MS = 5_000;

export const bankOf = ({ stack }: Pick<FaultShop, 'stack'>): Bank => ({
  async deposit(providerOrderId, notice) {
    const answer = await fetch(`${stack.urls.sandbox}/_sandbox/deposits`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', connection: 'close' },
      body: JSON.stringify({ orderId: providerOrderId, ...NOTICE_KNOBS[notice] }),
      signal: AbortSignal.timeout(BANK_PATIENCE_MS),
    }).catch(() => undefined);
    await answer?.arrayBuffer().catch(() => undefined);
    if (answer === undefined || answer.status >= 500) return 'unknown';
    if (answer.status === 400) throw new Error('the sandbox does not understand the deposit');
    return answer.ok ? 'taken' : 'refused';
  },
});

const found = z.object({
  orderId: z.string(),
  status: z.string(),
  virtualAccount: z.object({ accountNumber: z.string() }),
});

/** The account of an attempt; undefined when the provider never issued it. */
export async function accountAt(
  { stack, providerKey }: Pick<FaultShop, 'stack' | 'providerKey'>,
  providerOrderId: string,
): Promise<ProviderAccount | undefined> {
  const answer = await fetch(`${stack.urls.sandbox}/v1/payments/orders/${providerOrderId}`, {
    headers: { authorization: `Basic ${Buffer.from(`${providerKey}:`).toString('base64')}` },
    signal: AbortSignal.timeout(BANK_PATIENCE_MS),
  });
  const body = await answer.json();
  if (answer.status === 404) return undefined;
  const { status, virtualAccount } = found.parse(body);
  return { providerOrderId, status, accountNumber: virtualAccount.accountNumber };
}

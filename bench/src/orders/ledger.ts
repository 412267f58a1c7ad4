import { z } from 'zod';

const ledger = z.array(z.object({ orderId: z.string(), amount: z.number(), status: z.string() }));

/** What the provider has taken so far. */
export interface Taken {
  readonly charges: number;
  /** Won. */
  readonly sum: number;
}

/** @throws {Error} an order that was charged twice, or a charge that is not whole. */
export const takenSoFar = async (sandboxUrl: string): Promise<Taken> => {
  const response = await fetch(new URL('/_sandbox/ledger', sandboxUrl));
  const charges = ledger.parse(await response.json());
  if (new Set(charges.map(({ orderId }) => orderId)).size !== charges.length) {
    throw new Error('an order was charged twice');
  }
  if (charges.some(({ status }) => status !== 'DONE')) throw new Error('a charge is not DONE');
  return { charges: charges.length, sum: charges.reduce((sum, { amount }) => sum + amount, 0) };
};

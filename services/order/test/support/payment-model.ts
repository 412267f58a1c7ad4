import { type Payment, paymentContract } from '@shop/contracts';
import { RpcError } from 'cmdrpc';
import { mockClient } from 'cmdrpc/testing';
import { uuidv7 } from 'uuidv7';
import type { Turn } from './interleaving.ts';

export type AttemptState = 'unknown' | 'approved' | 'rejected' | 'abandoned' | 'refunded';

const PUBLIC = {
  unknown: 'Pending',
  approved: 'Approved',
  rejected: 'Rejected',
  abandoned: 'Canceled',
  refunded: 'Canceled',
} as const satisfies Record<AttemptState, Payment['paymentStatus']>;

/** Payment's rules for one order, as its README and its tests state them, with every command a single step. */
export const createPaymentModel = (orderId: string, initial: Readonly<Record<number, AttemptState>>) => {
  const attempts = new Map(Object.entries(initial).map(([attempt, state]) => [Number(attempt), state]));
  /** What Order has yet to hear, in its order. */
  const outbox: Payment[] = [];
  let charges = [...attempts.values()].filter((state) => state === 'approved').length;

  const reply = (attempt: number): Payment => {
    const state = attempts.get(attempt);
    if (state === undefined) throw refusal('not_found', 'payment_not_found');
    const reason = state === 'abandoned' ? { reason: 'attempt_abandoned' } : {};
    return { paymentId: uuidv7(), orderId, attempt, paymentStatus: PUBLIC[state], ...reason };
  };
  const become = (attempt: number, state: AttemptState): Payment => {
    attempts.set(attempt, state);
    if (state === 'approved') charges += 1;
    if (state === 'refunded') charges -= 1;
    if (state !== 'unknown') outbox.push(reply(attempt));
    return reply(attempt);
  };

  const makePayment = (attempt: number, outcome: AttemptState): Payment => {
    const stored = attempts.get(attempt);
    if (stored === 'abandoned') throw refusal('failed_precondition', 'attempt_abandoned');
    if (stored !== undefined) return reply(attempt);
    for (const [live, state] of attempts) {
      if (state === 'unknown' || state === 'approved') {
        throw refusal('failed_precondition', 'order_has_live_attempt', { attempt: live, paymentStatus: PUBLIC[state] });
      }
      if (live > attempt || state === 'refunded') throw refusal('aborted', 'attempt_conflict', { field: 'attempt' });
    }
    return become(attempt, outcome);
  };

  return {
    attempts,
    outbox,
    /** Won taken and not given back, in charges of the order's amount. */
    charges: () => charges,
    makePayment,
    /** The provider's answer to what was open comes in. */
    settle: (attempt: number, state: 'approved' | 'rejected') => {
      if (attempts.get(attempt) === 'unknown') become(attempt, state);
    },
    /** Payment as one actor calls it; a charge it starts ends in `outcome`. */
    client: (turn: Turn, outcome: AttemptState = 'approved') =>
      mockClient(paymentContract, {
        make_payment: async ({ attempt }: { readonly attempt: number }) => {
          await turn();
          return makePayment(attempt, outcome);
        },
        get_payment: async ({ attempt }: { readonly attempt: number }) => {
          await turn();
          return reply(attempt);
        },
        abandon_attempt: async ({ attempt }: { readonly attempt: number }) => {
          await turn();
          const state = attempts.get(attempt);
          if (state === undefined) return become(attempt, 'abandoned');
          if (state !== 'unknown' && state !== 'approved') return reply(attempt);
          throw refusal('failed_precondition', 'attempt_in_flight', { paymentStatus: PUBLIC[state] });
        },
        cancel_payment: async ({ attempt }: { readonly attempt: number }) => {
          await turn();
          const state = attempts.get(attempt);
          if (state === 'approved') return become(attempt, 'refunded');
          if (state === 'unknown' || state === 'rejected') {
            throw refusal('failed_precondition', 'payment_not_cancelable', { paymentStatus: PUBLIC[state] });
          }
          return reply(attempt);
        },
      }),
  };
};

const refusal = (code: RpcError['code'], reason: string, details?: unknown): RpcError =>
  new RpcError(reason, { code, reason, details });

import type { paymentContract } from '@shop/contracts';
import type { Handlers } from 'cmdrpc';
import { publicStatus } from '../domain/attempt.ts';
import type { AttemptStore } from '../store/attempts.ts';
import { abandon } from '../workflow/abandon.ts';
import { paymentReply } from './payment-reply.ts';

type PaymentHandlers = Handlers<typeof paymentContract.commands>;

/** Gives an attempt up, or refuses because a charge may be under way. */
export const abandonAttempt =
  (store: AttemptStore, orphanedAfterMs: number): PaymentHandlers['abandon_attempt'] =>
  async ({ orderId, attempt }, ctx) => {
    const result = await abandon(store, orderId.toLowerCase(), attempt, orphanedAfterMs);
    if (result.kind === 'in_flight')
      throw ctx.errors.attempt_in_flight({ paymentStatus: publicStatus(result.attempt.status) });
    return paymentReply(result.attempt);
  };

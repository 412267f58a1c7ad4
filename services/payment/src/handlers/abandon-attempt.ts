import { publicStatus } from '../domain/attempt.ts';
import { abandon } from '../workflow/abandon.ts';
import type { Deps, PaymentHandlers } from './deps.ts';
import { paymentReply } from './payment-reply.ts';

/** Gives an attempt up, or refuses because a charge may be under way. */
export const abandonAttempt =
  (deps: Deps): PaymentHandlers['abandon_attempt'] =>
  async ({ orderId, attempt }, ctx) => {
    const result = await abandon(deps, orderId.toLowerCase(), attempt);
    if (result.kind === 'in_flight')
      throw ctx.errors.attempt_in_flight({ paymentStatus: publicStatus(result.attempt.status) });
    return paymentReply(result.attempt);
  };

import { publicStatus } from '../domain/attempt.ts';
import { cancel } from '../workflow/cancel.ts';
import type { Deps, PaymentHandlers } from './deps.ts';
import { paymentReply } from './payment-reply.ts';
import { waitOf } from './wait.ts';

/** Refunds an approved attempt, or closes one that awaits its deposit; a refund of unknown outcome is answered as it stands. */
export const cancelPayment =
  (deps: Deps): PaymentHandlers['cancel_payment'] =>
  async ({ orderId, attempt, reason }, ctx) => {
    const given = { orderId: orderId.toLowerCase(), attempt, reason };
    const result = await cancel({ ...deps, logger: ctx.logger, waitMs: waitOf(ctx) }, given);
    switch (result.kind) {
      case 'answered':
        return paymentReply(result.attempt);
      case 'not_cancelable':
        throw ctx.errors.payment_not_cancelable({ paymentStatus: publicStatus(result.attempt.status) });
      case 'not_found':
        throw ctx.errors.payment_not_found({});
      case 'provider_error':
        throw ctx.errors.payment_provider_error({});
    }
  };

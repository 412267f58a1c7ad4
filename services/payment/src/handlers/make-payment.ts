import { RpcError } from 'cmdrpc';
import { publicStatus } from '../domain/attempt.ts';
import { REASON } from '../domain/outcome.ts';
import { charge } from '../workflow/charge.ts';
import type { Deps, PaymentHandlers } from './deps.ts';
import { paymentReply } from './payment-reply.ts';

/** The longest a caller is kept waiting; the provider may take far longer, and the answer is `Pending` until it is done. */
const MAX_WAIT_MS = 9_000;
/** Room for the reply to travel back before the caller's deadline. */
const REPLY_MARGIN_MS = 500;
const OVERLOADED_RETRY_AFTER_MS = 1_000;

/** Charges an attempt, or answers what is stored of it. */
export const makePayment =
  (deps: Deps): PaymentHandlers['make_payment'] =>
  async (input, ctx) => {
    const result = await charge(
      {
        ...deps,
        logger: ctx.logger,
        waitMs: () => Math.max(0, Math.min(MAX_WAIT_MS, ctx.remainingMs() - REPLY_MARGIN_MS)),
      },
      // The database spells a UUID in lower case, and so must every name derived from it.
      { ...input, orderId: input.orderId.toLowerCase() },
    );
    switch (result.kind) {
      case 'stored':
        if (result.attempt.reason === REASON.providerError) throw ctx.errors.payment_provider_error({});
        return paymentReply(result.attempt);
      case 'abandoned':
        throw ctx.errors.attempt_abandoned({});
      case 'conflict':
        throw ctx.errors.attempt_conflict({ field: result.field });
      case 'live_attempt': {
        const { attempt, status } = result.attempt;
        throw ctx.errors.order_has_live_attempt({ attempt, paymentStatus: publicStatus(status) });
      }
      case 'method_unsupported':
        throw ctx.errors.payment_method_unsupported({ paymentMethod: input.paymentMethod });
      case 'card_invalid':
        throw ctx.errors.card_invalid({ fields: result.fields });
      case 'overloaded':
        throw new RpcError(`${deps.inFlight.size} charges are under way, as many as are allowed`, {
          code: 'resource_exhausted',
          reason: 'overloaded',
          retryAfterMs: OVERLOADED_RETRY_AFTER_MS,
        });
    }
  };

import { RpcError } from 'cmdrpc';
import { publicStatus } from '../domain/attempt.ts';
import { REASON } from '../domain/outcome.ts';
import { charge } from '../workflow/charge.ts';
import type { Deps, PaymentHandlers } from './deps.ts';
import { paymentReply } from './payment-reply.ts';
import { waitOf } from './wait.ts';

const OVERLOADED_RETRY_AFTER_MS = 1_000;

/** Charges an attempt, or answers what is stored of it. */
export const makePayment =
  (deps: Deps): PaymentHandlers['make_payment'] =>
  async (input, ctx) => {
    const result = await charge(
      {
        ...deps,
        logger: ctx.logger,
        waitMs: waitOf(ctx),
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

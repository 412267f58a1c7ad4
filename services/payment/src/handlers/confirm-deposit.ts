import { RpcError } from 'cmdrpc';
import { confirmDepositOf } from '../workflow/confirm-deposit.ts';
import type { Deps, PaymentHandlers } from './deps.ts';
import { paymentReply } from './payment-reply.ts';
import { waitOf } from './wait.ts';

/** Follows up a notice about a virtual account; what it says of the status is not believed. */
export const confirmDeposit =
  (deps: Deps): PaymentHandlers['confirm_deposit'] =>
  async ({ providerOrderId, secret }, ctx) => {
    const result = await confirmDepositOf(
      { ...deps, logger: ctx.logger, waitMs: waitOf(ctx) },
      { providerOrderId, secret },
    );
    switch (result.kind) {
      case 'answered':
        return paymentReply(result.attempt);
      case 'not_found':
        throw ctx.errors.payment_not_found({});
      case 'not_verified':
        throw ctx.errors.deposit_not_verified({});
      case 'failed':
        throw new RpcError('the notice could not be followed up', { code: 'unavailable', reason: 'unavailable' });
    }
  };

import type { PaymentHandlers } from './deps.ts';

/** Refuses every notice: no account has been issued yet. */
export const confirmDeposit = (): PaymentHandlers['confirm_deposit'] => (_notice, ctx) => {
  throw ctx.errors.payment_not_found({});
};

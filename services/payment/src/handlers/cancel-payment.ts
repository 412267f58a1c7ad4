import { publicStatus } from '../domain/attempt.ts';
import type { Deps, PaymentHandlers } from './deps.ts';

/** Refuses to refund: no refund can be sent to the provider yet. */
export const cancelPayment =
  ({ store }: Deps): PaymentHandlers['cancel_payment'] =>
  async ({ orderId, attempt }, ctx) => {
    const found = await store.find(orderId, attempt);
    if (found === undefined) throw ctx.errors.payment_not_found({});
    throw ctx.errors.payment_not_cancelable({ paymentStatus: publicStatus(found.status) });
  };

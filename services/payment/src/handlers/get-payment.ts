import type { Deps, PaymentHandlers } from './deps.ts';
import { paymentReply } from './payment-reply.ts';

/** Answers what is stored of an attempt, or of the order's latest one. */
export const getPayment =
  ({ store }: Deps): PaymentHandlers['get_payment'] =>
  async ({ orderId, attempt }, ctx) => {
    const found = attempt === undefined ? (await store.list(orderId)).at(-1) : await store.find(orderId, attempt);
    if (found === undefined) throw ctx.errors.payment_not_found({});
    return paymentReply(found);
  };

import type { paymentContract } from '@shop/contracts';
import type { Handlers } from 'cmdrpc';
import type { AttemptStore } from '../store/attempts.ts';
import { paymentReply } from './payment-reply.ts';

type PaymentHandlers = Handlers<typeof paymentContract.commands>;

/** Answers what is stored of an attempt, or of the order's latest one. */
export const getPayment =
  (store: AttemptStore): PaymentHandlers['get_payment'] =>
  async ({ orderId, attempt }, ctx) => {
    const found = attempt === undefined ? (await store.list(orderId)).at(-1) : await store.find(orderId, attempt);
    if (found === undefined) throw ctx.errors.payment_not_found({});
    return paymentReply(found);
  };

import type { Order } from '../domain/order.ts';
import { Refusal } from '../domain/refusal.ts';
import type { Run, WorkflowDeps } from './deps.ts';
import { type PaymentResult, resultOf } from './payment-result.ts';
import { recoverOrder } from './recover-order.ts';

/**
 * Answers for an order that an earlier request placed and never answered for. Its card is gone with that request, so
 * Payment is asked what became of the attempt; one that never began is given up, and can be paid again.
 */
export const resumeOrder = async (deps: WorkflowDeps, order: Order, run: Run): Promise<PaymentResult> => {
  run.logger.info({ orderStatus: order.status }, 'order of an earlier request resumed');
  if (order.status !== 'paymentPending') return resultOf(order);
  try {
    await recoverOrder(deps, order, run);
    return resultOf((await deps.orders.find(order.orderId)) ?? order);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return { tag: 'pending', order };
  }
};

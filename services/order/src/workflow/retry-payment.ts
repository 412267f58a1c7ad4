import { withContext } from 'cmdrpc';
import { move, type Order } from '../domain/order.ts';
import { Refusal } from '../domain/refusal.ts';
import { authenticate, lookUpBuyer } from './authenticate.ts';
import { orderLogger, type PayingRun, type WorkflowDeps } from './deps.ts';
import { type PaymentMeans, pay } from './pay.ts';
import type { PaymentResult } from './payment-result.ts';
import { paymentOf } from './place-order.ts';
import { resumeOrder } from './resume-order.ts';

/** A failed order that its owner pays again. */
export interface RetryRequest {
  readonly token: string;
  readonly orderId: string;
  readonly means: PaymentMeans;
  readonly amount: number;
}

/** The most attempts the payment contract can name. */
const MAX_ATTEMPTS = 1_000;

/**
 * Pays a failed order again under the next attempt number. Of several at once, one wins the order and the others are
 * refused; the database of Payment would refuse them too.
 * @throws {Refusal} before anything was written.
 */
export const retryPayment = (deps: WorkflowDeps, request: RetryRequest, run: PayingRun): Promise<PaymentResult> =>
  withContext({ correlationId: request.orderId }, async () => {
    const { orderId, token, means, amount } = request;
    const logger = orderLogger(run.logger, orderId);
    const caller = await authenticate(deps, token);
    const begun = await run.begin(caller.userId, orderId);
    const [buyer, order] = await Promise.all([lookUpBuyer(deps, caller), deps.orders.findOwn(orderId, caller.userId)]);
    if (order === undefined) throw new Refusal('order_not_found');
    // The attempt of a request that died may have begun: it is followed up and never started a second time.
    if (begun.attempt !== undefined && order.attempt >= begun.attempt) return resumeOrder(deps, order, { logger });
    if (order.status !== 'paymentFailed' || order.attempt >= MAX_ATTEMPTS) throw notPayable(order);
    if (amount !== order.totalAmount) {
      throw new Refusal('amount_mismatch', { facts: { orderId, totalAmount: order.totalAmount } });
    }
    await begun.note(order.attempt + 1);
    const pending = move(order, 'paymentPending', {
      at: deps.now(),
      attempt: order.attempt + 1,
      payment: paymentOf(means),
    });
    if (!(await deps.orders.compareAndSet(order, pending))) {
      throw notPayable((await deps.orders.find(orderId)) ?? order);
    }
    logger.info({ attempt: pending.attempt }, 'payment retried');
    return pay(deps, { order: pending, userEmail: buyer.email, means, logger });
  });

const notPayable = ({ orderId, status }: Order): Refusal =>
  new Refusal('order_not_payable', { facts: { orderId, orderStatus: status } });

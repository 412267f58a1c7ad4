import { withContext } from 'cmdrpc';
import { move, type Order } from '../domain/order.ts';
import { Refusal } from '../domain/refusal.ts';
import { authenticate, lookUpBuyer } from './authenticate.ts';
import { orderLogger, type Run, type WorkflowDeps } from './deps.ts';
import { type Card, pay } from './pay.ts';
import type { PaymentResult } from './payment-result.ts';
import { paymentOf } from './place-order.ts';

/** A failed order that its owner pays again. */
export interface RetryRequest {
  readonly token: string;
  readonly orderId: string;
  readonly card: Card;
  readonly amount: number;
}

/** The most attempts the payment contract can name. */
const MAX_ATTEMPTS = 1_000;

/**
 * Pays a failed order again under the next attempt number. Of several at once, one wins the order and the others are
 * refused; the database of Payment would refuse them too.
 * @throws {Refusal} before anything was written.
 */
export const retryPayment = (deps: WorkflowDeps, request: RetryRequest, run: Run): Promise<PaymentResult> =>
  withContext({ correlationId: request.orderId }, async () => {
    const { orderId, token, card, amount } = request;
    const logger = orderLogger(run.logger, orderId);
    const caller = await authenticate(deps, token);
    const [buyer, order] = await Promise.all([lookUpBuyer(deps, caller), deps.orders.findOwn(orderId, caller.userId)]);
    if (order === undefined) throw new Refusal('order_not_found');
    if (order.status !== 'paymentFailed' || order.attempt >= MAX_ATTEMPTS) throw notPayable(order);
    if (amount !== order.totalAmount) {
      throw new Refusal('amount_mismatch', { facts: { orderId, totalAmount: order.totalAmount } });
    }
    const pending = move(order, 'paymentPending', {
      at: deps.now(),
      attempt: order.attempt + 1,
      payment: paymentOf(card),
    });
    if (!(await deps.orders.compareAndSet(order, pending))) {
      throw notPayable((await deps.orders.find(orderId)) ?? order);
    }
    logger.info({ attempt: pending.attempt }, 'payment retried');
    return pay(deps, { order: pending, userEmail: buyer.email, card, logger });
  });

const notPayable = ({ orderId, status }: Order): Refusal =>
  new Refusal('order_not_payable', { facts: { orderId, orderStatus: status } });

import type { Payment } from '@shop/contracts';
import { settlementOf } from '../domain/payment-settlement.ts';
import { settle } from '../domain/settlement.ts';
import { applyChange } from './apply-change.ts';
import { orderLogger, type Run, type WorkflowDeps } from './deps.ts';

/** News of an attempt, as Payment's event brings it. */
export type PaymentNews = Pick<Payment, 'orderId' | 'attempt' | 'paymentStatus' | 'reason' | 'virtualAccount'>;

/**
 * Takes news of a payment. Hearing it twice changes nothing. News of an order that is not there is taken as well, and
 * said loudly: sending it again would not make the order appear, and would hold up all the news behind it.
 * @throws {Refusal} `dependency_unavailable`, so that it is sent again.
 */
export const settlePayment = async (
  { orders, now }: Pick<WorkflowDeps, 'orders' | 'now'>,
  news: PaymentNews,
  run: Run,
): Promise<void> => {
  const { orderId, attempt, paymentStatus } = news;
  const logger = orderLogger(run.logger, orderId);
  const found = await orders.find(orderId);
  if (found === undefined) {
    logger.error({ attempt, paymentStatus }, 'payment settled for an unknown order');
    return;
  }
  const settled = await applyChange(orders, found, (order) => settle(order, settlementOf(news), now()));
  const fields = { attempt, paymentStatus, from: found.status, to: settled?.status };
  if (settled === found) logger.debug(fields, 'payment news changed nothing');
  else logger.info(fields, 'payment settled');
  if (paymentStatus === 'Approved' && settled?.status === 'canceled' && settled.cancellation !== undefined) {
    logger.error(fields, 'payment approved for a canceled order is given back');
  }
};

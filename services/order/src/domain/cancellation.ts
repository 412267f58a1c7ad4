import { canMove, move, type Order } from './order.ts';

/** What history says of an order that its owner took back. */
export const CANCELED_BY_CUSTOMER = 'canceled_by_customer';

/** What stands in the way of canceling an order, or how it is done. */
export type CancelPlan =
  /** It is canceled already. */
  | 'done'
  /** Nothing was paid: the order alone decides. */
  | 'atOnce'
  /** Payment holds money, or an account that waits for it. */
  | 'throughPayment'
  /** It was asked for before, and Payment has not answered yet. */
  | 'underWay'
  /** Nobody knows yet whether money was taken. */
  | 'tooEarly';

/** How an order is to be canceled as it now stands. */
export const cancelPlan = (order: Order): CancelPlan => {
  if (order.cancellation !== undefined) return order.status === 'canceled' ? 'done' : 'underWay';
  switch (order.status) {
    case 'canceled':
      return 'done';
    case 'paymentFailed':
      return 'atOnce';
    case 'paymentProcessed':
      return 'throughPayment';
    case 'paymentPending':
      return order.payment.status === 'WaitingForDeposit' ? 'throughPayment' : 'tooEarly';
    case 'created':
      return 'tooEarly';
  }
};

/** An unpaid order, canceled. */
export const cancelUnpaid = (order: Order, at: Date): Order =>
  move(order, 'canceled', { at, reason: CANCELED_BY_CUSTOMER });

/** The order marked as being canceled. Its version grows, so that of two who mark it at once one does. */
export const beginCancellation = (order: Order, at: Date): Order => ({
  ...order,
  cancellation: { attempt: order.attempt, requestedAt: at },
  version: order.version + 1,
  updatedAt: at,
});

/** The order once its money was given back; undefined when it no longer is being canceled. */
export const completeCancellation = (order: Order, at: Date): Order | undefined => {
  const { cancellation, ...rest } = order;
  if (cancellation === undefined) return undefined;
  const { virtualAccount: _closed, ...known } = order.payment;
  const payment = { ...known, status: 'Canceled' as const };
  // Already canceled, and yet money was found and given back: the history is complete without a second entry.
  if (!canMove(order.status, 'canceled')) return { ...rest, payment, version: order.version + 1, updatedAt: at };
  return move(rest, 'canceled', { at, reason: CANCELED_BY_CUSTOMER, payment });
};

/** The order as it was before somebody wanted to cancel it; undefined when nobody does any more. */
export const withdrawCancellation = (order: Order, at: Date): Order | undefined => {
  const { cancellation, ...rest } = order;
  return cancellation === undefined ? undefined : { ...rest, version: order.version + 1, updatedAt: at };
};

import type { RpcError } from 'cmdrpc';
import { CANCELED_BY_CUSTOMER, completeCancellation, withdrawCancellation } from '../domain/cancellation.ts';
import type { Order } from '../domain/order.ts';
import { settlementOf } from '../domain/payment-settlement.ts';
import { settle } from '../domain/settlement.ts';
import { applyChange } from './apply-change.ts';
import type { Run, WorkflowDeps } from './deps.ts';

/** Why Payment did not give money back, by its own word. */
export type CancelRefusal = 'order_not_cancelable' | 'payment_provider_error' | 'dependency_failed';

/** What came of asking Payment to cancel. */
export type CancelOutcome =
  | { readonly tag: 'canceled'; readonly order: Order }
  /** Nothing was given back and nothing will be; the order is as it was. */
  | { readonly tag: 'refused'; readonly order: Order; readonly code: CancelRefusal }
  /** It may have been given back; the order stays marked until Payment knows. */
  | { readonly tag: 'unknown'; readonly order: Order }
  /** Payment heard nothing. The order is still marked. */
  | { readonly tag: 'unsent'; readonly order: Order; readonly error: RpcError };

type Deps = Pick<WorkflowDeps, 'orders' | 'peers' | 'budgets' | 'now'>;

/**
 * Asks Payment to give back the money of an order that is marked for it, and writes down what came of it. Asking again
 * gives the same answer, so whoever finds the mark may do it.
 * @throws {Refusal} `dependency_unavailable` when the order cannot be written; the mark then stays.
 */
export const carryOutCancellation = async (deps: Deps, order: Order, { logger }: Run): Promise<CancelOutcome> => {
  const { orders, peers, budgets, now } = deps;
  const { orderId, cancellation } = order;
  if (cancellation === undefined) throw new Error('an order that is not marked for it cannot be canceled');
  const { attempt } = cancellation;
  const result = await peers.payment.cancel_payment.safe(
    { orderId, attempt, reason: CANCELED_BY_CUSTOMER },
    { timeoutMs: budgets.cancelMs },
  );
  const write = async (change: (current: Order) => Order | undefined): Promise<Order> =>
    (await applyChange(orders, order, change)) ?? order;

  if (result.ok) {
    const { value } = result;
    if (value.paymentStatus === 'Canceled' && value.attempt === attempt && value.orderId.toLowerCase() === orderId) {
      logger.info({ attempt }, 'payment canceled');
      return { tag: 'canceled', order: await write((current) => completeCancellation(current, now())) };
    }
    logger.warn({ attempt, paymentStatus: value.paymentStatus }, 'cancellation outcome unknown');
    return { tag: 'unknown', order };
  }

  const { error } = result;
  if (error.delivery === 'unsent') return { tag: 'unsent', order, error };
  const refusal = error.delivery === 'answered' ? refusalOf(error.reason) : undefined;
  if (refusal === undefined) {
    logger.warn({ attempt, err: error }, 'cancellation outcome unknown');
    return { tag: 'unknown', order };
  }
  logger.warn({ attempt, reason: error.reason }, 'cancellation refused');
  const withdrawn = await write((current) => withdrawCancellation(current, now()));
  // A deposit that came in first: what Payment just said settles the order without waiting for its event.
  const paymentStatus = error.reason === 'payment_not_cancelable' ? error.details.paymentStatus : undefined;
  const left =
    paymentStatus === undefined || withdrawn.status !== 'paymentPending'
      ? withdrawn
      : ((await applyChange(orders, withdrawn, (current) =>
          settle(current, settlementOf({ attempt, paymentStatus }), now()),
        )) ?? withdrawn);
  return { tag: 'refused', order: left, code: refusal };
};

const refusalOf = (reason: string): CancelRefusal | undefined => {
  switch (reason) {
    case 'payment_not_cancelable':
      return 'order_not_cancelable';
    case 'payment_provider_error':
      return 'payment_provider_error';
    // An order says it was paid by an attempt that Payment never had: nobody can give that back.
    case 'payment_not_found':
      return 'dependency_failed';
    default:
      return undefined;
  }
};

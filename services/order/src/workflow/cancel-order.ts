import { withContext } from 'cmdrpc';
import { beginCancellation, cancelPlan, cancelUnpaid, withdrawCancellation } from '../domain/cancellation.ts';
import type { Order } from '../domain/order.ts';
import { Refusal } from '../domain/refusal.ts';
import { dependencyFailure } from '../peers/dependency-failure.ts';
import { applyChange } from './apply-change.ts';
import { authenticate } from './authenticate.ts';
import { type CancelRefusal, carryOutCancellation } from './carry-out-cancellation.ts';
import { orderLogger, type Run, type WorkflowDeps } from './deps.ts';

/** How canceling an order ended, for its owner. */
export type CancelResult =
  | { readonly tag: 'canceled'; readonly order: Order }
  /** It will be, unless Payment refuses; recovery sees to it. */
  | { readonly tag: 'underWay'; readonly order: Order }
  | { readonly tag: 'refused'; readonly order: Order; readonly code: CancelRefusal };

/** Tries against other writers of the order; each lost race is somebody else's move. */
const MAX_TRIES = 8;

/**
 * Cancels an order of the caller's. An unpaid one is canceled on the spot, against a retry at the same moment by
 * compare-and-set; of a paid one the money is given back first, and the order is marked before Payment hears of it, so
 * that a process that dies in between leaves work that recovery finds. Again is the same answer.
 * @throws {Refusal} `order_not_found`; `order_payment_pending` while nobody knows whether money was taken;
 * `dependency_*` when Payment was not reached, in which case nothing has changed.
 */
export const cancelOrder = (
  deps: WorkflowDeps,
  { token, orderId }: { readonly token: string; readonly orderId: string },
  run: Run,
): Promise<CancelResult> =>
  withContext({ correlationId: orderId }, async (): Promise<CancelResult> => {
    const logger = orderLogger(run.logger, orderId);
    const { userId } = await authenticate(deps, token);
    for (let tries = 0; tries < MAX_TRIES; tries += 1) {
      const order = await deps.orders.findOwn(orderId, userId);
      if (order === undefined) throw new Refusal('order_not_found');
      switch (cancelPlan(order)) {
        case 'done':
          return { tag: 'canceled', order };
        case 'underWay':
          return { tag: 'underWay', order };
        case 'tooEarly':
          throw new Refusal('order_payment_pending', { facts: { orderId, orderStatus: order.status } });
        case 'atOnce': {
          const canceled = cancelUnpaid(order, deps.now());
          if (!(await deps.orders.compareAndSet(order, canceled))) continue;
          logger.info({}, 'unpaid order canceled');
          return { tag: 'canceled', order: canceled };
        }
        case 'throughPayment': {
          const marked = beginCancellation(order, deps.now());
          if (!(await deps.orders.compareAndSet(order, marked))) continue;
          return giveBack(deps, marked, { logger });
        }
      }
    }
    throw new Error(`order was changed by others ${MAX_TRIES} times in a row`);
  });

const giveBack = async (deps: WorkflowDeps, marked: Order, run: Run): Promise<CancelResult> => {
  const result = await leftToRecovery(marked, run, () => carryOutCancellation(deps, marked, run));
  if (result.tag === 'unknown') return { tag: 'underWay', order: result.order };
  if (result.tag !== 'unsent') return result;
  const { error } = result;
  const left = await leftToRecovery(marked, run, async () => {
    const order = await applyChange(deps.orders, marked, (current) => withdrawCancellation(current, deps.now()));
    return { tag: 'withdrawn', order: order ?? marked } as const;
  });
  if (left.tag === 'unknown') return { tag: 'underWay', order: left.order };
  // Somebody else's answer came in between: what the order says then is the answer.
  if (left.order.status === 'canceled') return { tag: 'canceled', order: left.order };
  throw dependencyFailure(error);
};

/** Without a database the mark stays where it is, and recovery goes on from there. */
const leftToRecovery = async <T>(
  order: Order,
  { logger }: Run,
  work: () => Promise<T>,
): Promise<T | { readonly tag: 'unknown'; readonly order: Order }> => {
  try {
    return await work();
  } catch (err) {
    if (!(err instanceof Refusal)) throw err;
    logger.warn({ err }, 'cancellation is left to recovery');
    return { tag: 'unknown', order };
  }
};

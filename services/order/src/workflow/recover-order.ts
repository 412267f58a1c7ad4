import { detached, type RpcError, withContext } from 'cmdrpc';
import type { Order } from '../domain/order.ts';
import { settlementOf } from '../domain/payment-settlement.ts';
import { settle } from '../domain/settlement.ts';
import { abandonAttempt } from './abandon-attempt.ts';
import { applyChange } from './apply-change.ts';
import { carryOutCancellation } from './carry-out-cancellation.ts';
import { orderLogger, type Run, type WorkflowDeps } from './deps.ts';

/** What a look at an order that waits came to. */
export type RecoveryOutcome =
  /** The order is at rest, or has moved on since it was read. */
  | 'settled'
  /** Payment does not know the end yet. */
  | 'waiting'
  /** Payment cannot be asked now, about this order or any other. */
  | 'unreachable'
  /** Payment answered with something that does not help; asking again soon will not either. */
  | 'failed';

export type RecoveryDeps = Pick<WorkflowDeps, 'orders' | 'peers' | 'budgets' | 'now'>;

/**
 * Brings an order that waits for Payment's word as far as that word goes. The card is gone, so nothing is ever charged
 * again: the attempt has an end at Payment, gets one there by being given up, or is waited for. Doing this twice, or
 * twice at once, changes nothing more.
 * @throws {Refusal} `dependency_unavailable` while the order database cannot be reached.
 */
export const recoverOrder = (deps: RecoveryDeps, order: Order, run: Run): Promise<RecoveryOutcome> =>
  detached(() =>
    withContext({ correlationId: order.orderId, timeoutMs: deps.budgets.recoveryMs }, async () => {
      const logger = orderLogger(run.logger, order.orderId);
      const outcome =
        order.cancellation === undefined
          ? await recoverPayment(deps, order, { logger })
          : await recoverCancellation(deps, order, { logger });
      logger.info({ outcome, attempt: order.attempt }, 'order looked at again');
      return outcome;
    }),
  );

const recoverPayment = async (deps: RecoveryDeps, order: Order, { logger }: Run): Promise<RecoveryOutcome> => {
  const { orderId, attempt } = order;
  const known = await deps.peers.payment.get_payment.safe(
    { orderId, attempt },
    { timeoutMs: deps.budgets.paymentLookupMs },
  );
  if (known.ok) {
    const { value } = known;
    if (value.orderId.toLowerCase() !== orderId || value.attempt !== attempt) {
      logger.error({ attempt }, 'payment answered for another order or attempt');
      return 'failed';
    }
    return write(deps, order, settlementOf(value));
  }
  if (known.error.reason !== 'payment_not_found') return outcomeOfError(known.error, { logger });
  const given = await abandonAttempt(deps, { orderId, attempt });
  switch (given.tag) {
    case 'settled':
      return write(deps, order, given.settlement);
    case 'inFlight':
      return 'waiting';
    case 'unreachable':
      return outcomeOfError(given.error, { logger });
  }
};

const write = async (
  { orders, now }: RecoveryDeps,
  order: Order,
  settlement: Parameters<typeof settle>[1],
): Promise<RecoveryOutcome> => {
  const written = await applyChange(orders, order, (current) => settle(current, settlement, now()));
  return written?.status === 'paymentPending' ? 'waiting' : 'settled';
};

const recoverCancellation = async (deps: RecoveryDeps, order: Order, run: Run): Promise<RecoveryOutcome> => {
  const result = await carryOutCancellation(deps, order, run);
  switch (result.tag) {
    case 'canceled':
    case 'refused':
      return 'settled';
    case 'unknown':
      return 'waiting';
    case 'unsent':
      return outcomeOfError(result.error, run);
  }
};

const UNREACHABLE = new Set<string>(['unavailable', 'deadline_exceeded', 'resource_exhausted', 'cancelled']);

const outcomeOfError = (error: RpcError, { logger }: Run): RecoveryOutcome => {
  const isUnreachable = UNREACHABLE.has(error.code);
  logger.warn({ err: error }, isUnreachable ? 'payment cannot be asked' : 'payment gave no usable answer');
  return isUnreachable ? 'unreachable' : 'failed';
};

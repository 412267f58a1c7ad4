import type { paymentContract, productContract, userContract } from '@shop/contracts';
import type { Logger, Methods } from 'cmdrpc';
import type { Budgets } from '../peers/budgets.ts';
import type { OrderStore } from '../store/orders.ts';
import type { Begin } from './answer-once.ts';

/** The services an order needs, as their contracts' methods. */
export interface Peers {
  readonly user: Methods<(typeof userContract)['commands']>;
  readonly product: Methods<(typeof productContract)['commands']>;
  readonly payment: Methods<(typeof paymentContract)['commands']>;
}

/** What the workflows run on. */
export interface WorkflowDeps {
  readonly orders: OrderStore;
  readonly peers: Peers;
  readonly budgets: Budgets;
  readonly now: () => Date;
  /** A UUIDv7, so that ids sort by age. */
  readonly newOrderId: () => string;
}

/** What a single run of a workflow carries beside its input. */
export interface Run {
  /** Already names the request; a workflow adds the order. */
  readonly logger: Logger;
}

/** The same for a workflow that charges. */
export interface PayingRun extends Run {
  /** Called when the caller is known and before anything is written. */
  readonly begin: Begin;
}

/** The logger with the order on every line. */
export const orderLogger = (logger: Logger, orderId: string): Logger =>
  logger.child?.({ orderId, correlationId: orderId }) ?? logger;

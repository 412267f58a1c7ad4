import { orderContract } from '@shop/contracts';
import type { RpcServerOptions } from '@shop/kit';
import { createServer, type Logger, RpcError } from 'cmdrpc';
import { viewOf } from './domain/order-view.ts';
import { Refusal } from './domain/refusal.ts';
import type { WorkflowDeps } from './workflow/deps.ts';
import { listOwnOrders } from './workflow/read-orders.ts';
import { settlePayment } from './workflow/settle-payment.ts';

export interface ServerOptions {
  readonly deps: Pick<WorkflowDeps, 'orders' | 'now'>;
  readonly logger: Logger;
  /** Who may call; everybody when it is left out. */
  readonly rpc?: RpcServerOptions;
}

/** The TCP side: orders for the other services, and Payment's news. It does not listen yet. */
export const buildServer = ({ deps, logger, rpc }: ServerOptions) => {
  const server = createServer({ name: 'order', logger, ...rpc });
  server.implement(orderContract, {
    get_order_info: async ({ orderId }, ctx) => {
      const order = await answering(() => deps.orders.find(orderId.toLowerCase()));
      if (order === undefined) throw ctx.errors.order_not_found({});
      return viewOf(order);
    },
    list_orders: async ({ userId, cursor, limit }, ctx) => {
      try {
        const page = await answering(() => listOwnOrders(deps.orders, userId.toLowerCase(), { limit, cursor }));
        return { orders: page.orders.map(viewOf), nextCursor: page.nextCursor };
      } catch (error) {
        if (error instanceof Refusal && error.code === 'cursor_invalid') throw ctx.errors.cursor_invalid({});
        throw error;
      }
    },
    payment_settled: ({ orderId, attempt, paymentStatus, reason }, ctx) =>
      answering(() =>
        settlePayment(deps, { orderId: orderId.toLowerCase(), attempt, paymentStatus, reason }, { logger: ctx.logger }),
      ),
  });
  return server;
};

/** A database out of reach is said as such: the caller's library then knows that another try makes sense. */
const answering = async <T>(work: () => Promise<T>): Promise<T> => {
  try {
    return await work();
  } catch (cause) {
    if (cause instanceof Refusal && cause.code === 'dependency_unavailable') {
      throw new RpcError('order database cannot be reached', { code: 'unavailable', cause });
    }
    throw cause;
  }
};

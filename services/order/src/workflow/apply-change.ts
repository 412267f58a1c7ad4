import type { Order } from '../domain/order.ts';
import type { OrderStore } from '../store/orders.ts';

/** Tries against other writers of one order. Each lost race means that somebody else moved it on. */
const MAX_TRIES = 8;

/**
 * Writes a change that is computed from the order as it is: on a lost race the order is read again and the change is
 * computed again, so nobody's write is lost. Resolves to the order as it then stands; undefined when there is none.
 * @throws {Refusal} `dependency_unavailable`
 */
export const applyChange = async (
  orders: OrderStore,
  start: Order,
  change: (order: Order) => Order | undefined,
): Promise<Order | undefined> => {
  let order: Order | undefined = start;
  for (let tries = 0; tries < MAX_TRIES; tries += 1) {
    const after = change(order);
    if (after === undefined) return order;
    if (await orders.compareAndSet(order, after)) return after;
    order = await orders.find(order.orderId);
    if (order === undefined) return undefined;
  }
  throw new Error(`order was changed by others ${MAX_TRIES} times in a row`);
};

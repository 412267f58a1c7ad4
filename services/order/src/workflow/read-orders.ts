import { decodeCursor, encodeCursor } from '../domain/cursor.ts';
import type { Order } from '../domain/order.ts';
import { Refusal } from '../domain/refusal.ts';
import type { OrderStore } from '../store/orders.ts';

/** One page of a user's orders, newest first. */
export interface OrderPage {
  readonly orders: readonly Order[];
  /** Where the next page begins; absent on the last one. */
  readonly nextCursor?: string;
}

/**
 * One of the user's own orders.
 * @throws {Refusal} `order_not_found`, also for somebody else's.
 */
export const readOwnOrder = async (orders: OrderStore, orderId: string, userId: string): Promise<Order> => {
  const order = await orders.findOwn(orderId, userId);
  if (order === undefined) throw new Refusal('order_not_found');
  return order;
};

/**
 * A page of the user's orders.
 * @throws {Refusal} `cursor_invalid`
 */
export const listOwnOrders = async (
  orders: OrderStore,
  userId: string,
  page: { readonly limit: number; readonly cursor?: string | undefined },
): Promise<OrderPage> => {
  const after = page.cursor === undefined ? undefined : decodeCursor(page.cursor);
  // One more than asked says whether there is a next page.
  const found = await orders.listOwn(userId, { limit: page.limit + 1, after });
  const shown = found.slice(0, page.limit);
  const last = shown.at(-1);
  return found.length > shown.length && last !== undefined
    ? { orders: shown, nextCursor: encodeCursor(last) }
    : { orders: shown };
};

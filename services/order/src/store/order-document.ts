import type { IndexDescription } from 'mongodb';
import type { Order } from '../domain/order.ts';

/** An order as it lies in the collection: the order itself, its id under the name the database wants. */
export interface OrderDocument extends Omit<Order, 'orderId'> {
  readonly _id: string;
}

/** Every query of the store runs on one of these. */
export const ORDER_INDEXES: IndexDescription[] = [
  // One user's orders, newest first, with the id to break ties.
  { name: 'owner_newest_first', key: { userId: 1, createdAt: -1, _id: -1 } },
  // Orders that have waited longest in a status, for recovery.
  { name: 'status_waiting_longest', key: { status: 1, updatedAt: 1 } },
];

export const documentOf = ({ orderId, ...rest }: Order): OrderDocument => ({ _id: orderId, ...rest });

export const orderOf = ({ _id, ...rest }: OrderDocument): Order => ({ orderId: _id, ...rest });

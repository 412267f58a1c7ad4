import type { IndexDescription } from 'mongodb';
import { type Order, waitingSince } from '../domain/order.ts';

/** When an order that waits for Payment's word is to be looked at next, and by whom. Absent while it is at rest. */
export interface Watch {
  /** Since when it waits. */
  readonly since: Date;
  readonly nextCheckAt: Date;
  /** Until then it is some worker's own. */
  readonly leaseUntil: Date;
  /** Looks so far that changed nothing. */
  readonly checks: number;
}

/** An order as it lies in the collection: the order itself, its id under the name the database wants. */
export interface OrderDocument extends Omit<Order, 'orderId'> {
  readonly _id: string;
  readonly watch?: Watch;
}

/** Every query of the store runs on one of these. */
export const ORDER_INDEXES: IndexDescription[] = [
  // One user's orders, newest first, with the id to break ties.
  { name: 'owner_newest_first', key: { userId: 1, createdAt: -1, _id: -1 } },
  // Orders of one status, counted for the metrics and by people.
  { name: 'status_waiting_longest', key: { status: 1, updatedAt: 1 } },
  // Orders that recovery looks at: only those that wait are in it, so it is as small as the trouble is.
  { name: 'recovery_due', key: { 'watch.nextCheckAt': 1 }, sparse: true },
];

/** The watch over an order from its last write on; undefined when it is at rest. */
export const watchOver = (order: Order, firstLookMs: number): Watch | undefined => {
  const since = waitingSince(order);
  if (since === undefined) return undefined;
  const nextCheckAt = new Date(order.updatedAt.getTime() + firstLookMs);
  return { since, nextCheckAt, leaseUntil: order.updatedAt, checks: 0 };
};

export const documentOf = ({ orderId, ...rest }: Order, firstLookMs: number): OrderDocument => {
  const order = { orderId, ...rest };
  const watch = watchOver(order, firstLookMs);
  return { _id: orderId, ...rest, ...(watch === undefined ? {} : { watch }) };
};

export const orderOf = ({ _id, watch: _watch, ...rest }: OrderDocument): Order => ({ orderId: _id, ...rest });

import type { Collection, Filter } from 'mongodb';
import type { Position } from '../domain/cursor.ts';
import type { Order } from '../domain/order.ts';
import { isDuplicateKey } from './failures.ts';
import type { Gate } from './gate.ts';
import { documentOf, type OrderDocument, orderOf, watchOver } from './order-document.ts';

/** Orders on disk. Every method refuses with `dependency_unavailable` while the database cannot be reached. */
export interface OrderStore {
  /** Writes a new order; it is on a majority's journals when this resolves. False when its id is taken. */
  insert(order: Order): Promise<boolean>;
  /**
   * Writes `after` if the order still is as `before` says: the same status and version.
   * False when somebody else was faster; then nothing was written and the caller reads again.
   */
  compareAndSet(before: Order, after: Order): Promise<boolean>;
  find(orderId: string): Promise<Order | undefined>;
  /** The order if that user owns it; another user's is as absent as one that never was. */
  findOwn(orderId: string, userId: string): Promise<Order | undefined>;
  /** A user's orders, newest first, behind `after`. */
  listOwn(userId: string, page: { readonly limit: number; readonly after?: Position | undefined }): Promise<Order[]>;
}

const behind = ({ createdAt, orderId }: Position): Filter<OrderDocument> => ({
  $or: [{ createdAt: { $lt: createdAt } }, { createdAt: { $eq: createdAt }, _id: { $lt: orderId } }],
});

/** The store over a collection. `firstLookMs`: how long an order may wait for Payment before recovery looks at it. */
export const createOrderStore = (
  collection: Collection<OrderDocument>,
  { reaching, insisting }: Pick<Gate, 'reaching' | 'insisting'>,
  firstLookMs: number,
): OrderStore => ({
  insert: (order) =>
    reaching(async (bounded) => {
      try {
        await collection.insertOne(documentOf(order, firstLookMs), bounded);
        return true;
      } catch (error) {
        if (isDuplicateKey(error)) return false;
        throw error;
      }
    }),

  // Tried whatever is known of the database: it comes behind a read that went well or behind Payment's answer, so there
  // are never many of them, and one that gets through spares an order the detour over recovery.
  compareAndSet: (before, after) =>
    insisting(async (bounded) => {
      const added = after.history.slice(before.history.length);
      const { cancellation } = after;
      const watch = watchOver(after, firstLookMs);
      const { matchedCount } = await collection.updateOne(
        { _id: { $eq: before.orderId }, status: { $eq: before.status }, version: { $eq: before.version } },
        {
          $set: {
            status: after.status,
            version: after.version,
            attempt: after.attempt,
            payment: after.payment,
            updatedAt: after.updatedAt,
            ...(cancellation === undefined ? {} : { cancellation }),
            ...(watch === undefined ? {} : { watch }),
          },
          ...(cancellation === undefined || watch === undefined
            ? {
                $unset: {
                  ...(cancellation === undefined ? { cancellation: true } : {}),
                  ...(watch === undefined ? { watch: true } : {}),
                },
              }
            : {}),
          ...(added.length === 0 ? {} : { $push: { history: { $each: added } } }),
        },
        bounded,
      );
      return matchedCount === 1;
    }),

  find: (orderId) =>
    reaching(async (bounded) => {
      const found = await collection.findOne({ _id: { $eq: orderId } }, bounded);
      return found === null ? undefined : orderOf(found);
    }),

  findOwn: (orderId, userId) =>
    reaching(async (bounded) => {
      const found = await collection.findOne({ _id: { $eq: orderId }, userId: { $eq: userId } }, bounded);
      return found === null ? undefined : orderOf(found);
    }),

  listOwn: (userId, { limit, after }) =>
    reaching(async (bounded) => {
      const found = await collection
        .find({ userId: { $eq: userId }, ...(after === undefined ? {} : behind(after)) }, bounded)
        .sort({ createdAt: -1, _id: -1 })
        .limit(limit)
        .toArray();
      return found.map(orderOf);
    }),
});

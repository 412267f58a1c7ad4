import type { Collection } from 'mongodb';
import type { Order } from '../domain/order.ts';
import type { Gate } from './gate.ts';
import { type OrderDocument, orderOf } from './order-document.ts';

/** An order that one worker has to itself for a while. */
export interface Claim {
  readonly order: Order;
  /** Since when it waits for Payment's word. */
  readonly since: Date;
  /** Looks before this one that changed nothing. */
  readonly checks: number;
}

/** The orders that wait for Payment's word, as work. Every method refuses with `dependency_unavailable` like the store. */
export interface RecoveryQueue {
  /** Takes the order that is longest due, until `leaseUntil`; undefined when none is. Of two workers at once one gets it. */
  claim(now: Date, leaseUntil: Date): Promise<Claim | undefined>;
  /**
   * Ends a claim that left its order as it was, and says when it is looked at again. An order that was written meanwhile
   * has a new version and a new watch, so nothing happens to it.
   */
  release(claim: Claim, next: { readonly nextCheckAt: Date; readonly checks: number }): Promise<void>;
  /** Orders that have waited since before that moment, those that wait for a buyer's deposit aside. */
  countWaitingSince(since: Date): Promise<number>;
  countByStatus(): Promise<Record<string, number>>;
}

export const createRecoveryQueue = (
  collection: Collection<OrderDocument>,
  { reaching }: Pick<Gate, 'reaching'>,
): RecoveryQueue => ({
  claim: (now, leaseUntil) =>
    reaching(async (bounded) => {
      const found = await collection.findOneAndUpdate(
        { 'watch.nextCheckAt': { $lte: now }, 'watch.leaseUntil': { $lte: now } },
        { $set: { 'watch.leaseUntil': leaseUntil } },
        { ...bounded, sort: { 'watch.nextCheckAt': 1 }, returnDocument: 'after' },
      );
      if (found?.watch === undefined) return undefined;
      const { since, checks } = found.watch;
      return { order: orderOf(found), since, checks };
    }),

  release: ({ order }, { nextCheckAt, checks }) =>
    reaching(async (bounded) => {
      await collection.updateOne(
        { _id: { $eq: order.orderId }, version: { $eq: order.version }, watch: { $exists: true } },
        { $set: { 'watch.nextCheckAt': nextCheckAt, 'watch.leaseUntil': nextCheckAt, 'watch.checks': checks } },
        bounded,
      );
    }),

  countWaitingSince: (since) =>
    reaching((bounded) =>
      collection.countDocuments(
        {
          'watch.nextCheckAt': { $exists: true },
          'watch.since': { $lte: since },
          'payment.status': { $ne: 'WaitingForDeposit' },
        },
        bounded,
      ),
    ),

  countByStatus: () =>
    reaching(async (bounded) => {
      const groups = await collection
        .aggregate<{ readonly _id: string; readonly count: number }>(
          [{ $group: { _id: '$status', count: { $sum: 1 } } }],
          bounded,
        )
        .toArray();
      return Object.fromEntries(groups.map(({ _id, count }) => [_id, count]));
    }),
});

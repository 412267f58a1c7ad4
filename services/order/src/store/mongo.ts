import type { Logger } from '@shop/kit';
import { MongoClient } from 'mongodb';
import { type KeptSecret, keptFingerprintKey } from './fingerprint-key.ts';
import { createGate, type Gate } from './gate.ts';
import { createIdempotencyKeys, type IdempotencyKeys, KEY_INDEXES, type KeyDocument } from './idempotency-keys.ts';
import { watchMonitor } from './monitor-watch.ts';
import { ORDER_INDEXES, type OrderDocument } from './order-document.ts';
import { createOrderStore, type OrderStore } from './orders.ts';
import { createRecoveryQueue, type RecoveryQueue } from './recovery-queue.ts';

/** Milliseconds that an order may wait for Payment before recovery looks at it; about as long as a charge may take. */
const FIRST_LOOK_MS = 10_000;

/** Database used when the connection string names none. */
const DEFAULT_DATABASE = 'orders';

/** The driver itself falls back to `test` without a word, so the name is read here. */
const DATABASE_OF_URI = /^mongodb(?:\+srv)?:\/\/[^/]+\/([^/?]+)/;

/** The order database: its store, and what a process needs to run it. */
export interface OrderDatabase {
  readonly orders: OrderStore;
  readonly recoveryQueue: RecoveryQueue;
  readonly keys: IdempotencyKeys;
  /** Whether operations are let through, for people. */
  readonly gate: Pick<Gate, 'isShut' | 'refusals'>;
  /** A secret made once and kept here, for fingerprints. */
  readonly fingerprintKey: () => Promise<Buffer>;
  /**
   * Creates what is missing of the indexes, and puts orders that an older version left waiting under watch.
   * Does nothing where that was done before.
   * @throws {Refusal} `dependency_unavailable`
   */
  prepare(): Promise<void>;
  /** Rejects when the database does not answer, and at once while it is known not to. */
  ping(): Promise<void>;
  close(): Promise<void>;
}

/** How the order database is opened. */
export interface OrderDatabaseOptions {
  readonly firstLookMs?: number;
  /** Hears when the database goes away and comes back. */
  readonly logger?: Logger;
}

/**
 * Opens the order database. `firstLookMs` is when recovery first looks at an order that waits. Nothing is sent before
 * the first operation, and a database that comes back is found again without a restart.
 */
export const openOrderDatabase = (
  uri: string,
  { firstLookMs = FIRST_LOOK_MS, logger }: OrderDatabaseOptions = {},
): OrderDatabase => {
  const client = new MongoClient(uri, {
    appName: 'order',
    // Against the driver's 30 s, 30 s, forever and forever: a request's whole budget is 12 s.
    serverSelectionTimeoutMS: 3_000,
    connectTimeoutMS: 3_000,
    waitQueueTimeoutMS: 1_000,
    socketTimeoutMS: 10_000,
    // Every 2 s instead of 10, so that a database that is back is found soon.
    heartbeatFrequencyMS: 2_000,
    maxPoolSize: 50,
    // An order that was acknowledged survives the loss of a primary and of power.
    writeConcern: { w: 'majority', journal: true },
    readPreference: 'primary',
    ignoreUndefined: true,
  });
  const endWatch = watchMonitor(client);
  const named = DATABASE_OF_URI.exec(uri)?.[1];
  const database = client.db(named === undefined ? DEFAULT_DATABASE : decodeURIComponent(named));
  const collection = database.collection<OrderDocument>('orders');
  const keys = database.collection<KeyDocument>('idempotency_keys');
  const gate = createGate(
    // A write that changes nothing still waits for a majority, so a database that reads and cannot write fails it.
    (bounded) => collection.updateOne({ _id: 'probe', version: -1 }, { $set: { version: -1 } }, bounded),
    logger,
  );
  return {
    orders: createOrderStore(collection, gate, firstLookMs),
    recoveryQueue: createRecoveryQueue(collection, gate),
    keys: createIdempotencyKeys(keys, gate),
    gate,
    fingerprintKey: keptFingerprintKey(database.collection<KeptSecret>('secrets'), gate),
    prepare: () =>
      gate.reaching(async (bounded) => {
        await collection.createIndexes(ORDER_INDEXES, bounded);
        await keys.createIndexes(KEY_INDEXES, bounded);
        const now = new Date();
        await collection.updateMany(
          { status: { $in: ['created', 'paymentPending'] }, watch: { $exists: false } },
          { $set: { watch: { since: now, nextCheckAt: now, leaseUntil: now, checks: 0 } } },
          bounded,
        );
      }),
    ping: () =>
      gate.reaching(async (bounded) => {
        await database.command({ ping: 1 }, bounded);
      }),
    close: async () => {
      gate.close();
      endWatch();
      await client.close();
    },
  };
};

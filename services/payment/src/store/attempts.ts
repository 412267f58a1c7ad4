import type { PaymentMethod } from '@shop/contracts';
import type { Sql, SqlStatement } from '@shop/kit';
import { type Attempt, type AttemptStatus, isAnnounced, mayMove, publicStatus } from '../domain/attempt.ts';
import { REASON, type Settlement } from '../domain/outcome.ts';
import { announcing } from './announce.ts';
import { attemptOf, columnsOf, firstOf } from './attempt-row.ts';
import { inMs } from './in-ms.ts';

/** The row of an attempt that is about to be charged. Amount in won. */
export interface NewAttempt {
  readonly paymentId: string;
  readonly orderId: string;
  readonly attempt: number;
  readonly paymentMethod: PaymentMethod;
  readonly amount: number;
  readonly providerOrderId: string;
  readonly idempotencyKey: string;
  readonly last4: string | null;
}

/** The row that refuses whatever comes late for an attempt that never started. */
export type Tombstone = Pick<NewAttempt, 'paymentId' | 'orderId' | 'attempt' | 'providerOrderId' | 'idempotencyKey'>;

/**
 * The table of attempts. Every write is on disk when its promise resolves, and what Order has to hear of it is in the
 * outbox by the same transaction.
 */
export interface AttemptStore {
  /**
   * Inserts the attempt as `processing`; undefined when the database has no room for it: the attempt exists, another
   * is live, or a later one exists. Unless it is sent before, recovery looks at it after `recheckAfterMs`.
   */
  claim(attempt: NewAttempt, recheckAfterMs: number): Promise<Attempt | undefined>;
  /** Notes that the request goes out now; false when the attempt was given up, so that it must not. */
  markSent(paymentId: string, recheckAfterMs: number): Promise<boolean>;
  /** Notes that a request of which no byte was written goes out again; false when it must not. */
  markSentAgain(paymentId: string, recheckAfterMs: number): Promise<boolean>;
  /**
   * Records how the charge ended; undefined when the attempt is not open any more. What stays open is looked at after
   * `recheckAfterMs`.
   */
  settle(paymentId: string, settlement: Settlement, recheckAfterMs: number): Promise<Attempt | undefined>;
  /**
   * Changes an attempt that is still as it was seen; undefined when it is not. What stays open is looked at after
   * `recheckAfterMs`.
   */
  apply(seen: Attempt, settlement: Settlement, recheckAfterMs: number): Promise<Attempt | undefined>;
  /** Notes, before the provider is asked, that the attempt is to be undone; undefined when it is not as it was seen. */
  beginUndo(seen: Attempt, reason: string, recheckAfterMs: number): Promise<Attempt | undefined>;
  /** Takes back what `beginUndo` noted, since the provider will not undo it; recovery looks once more. */
  endUndo(seen: Attempt): Promise<Attempt | undefined>;
  /** Inserts a tombstone; undefined when the attempt exists. */
  bury(tombstone: Tombstone): Promise<Attempt | undefined>;
  /** Gives up an attempt that was claimed at least `minAgeMs` ago and never sent; undefined when it is not one. */
  abandonUnsent(orderId: string, attempt: number, minAgeMs: number): Promise<Attempt | undefined>;
  find(orderId: string, attempt: number): Promise<Attempt | undefined>;
  findByProviderOrderId(providerOrderId: string): Promise<Attempt | undefined>;
  /** All attempts of an order, the first one first. */
  list(orderId: string): Promise<Attempt[]>;
}

/** @param onAnnounced called after each commit that put something into the outbox. */
export function createAttemptStore(sql: Sql, onAnnounced: () => void = () => {}): AttemptStore {
  /** Changes one attempt, and tells Order of it in the same statement where it is to be told. */
  const change = async (
    { from, to }: { readonly from: AttemptStatus; readonly to: AttemptStatus },
    update: SqlStatement,
  ): Promise<Attempt | undefined> => {
    const isTold = isAnnounced(from, to);
    const changed = firstOf(await (isTold ? announcing(sql, update, publicStatus(to)) : update));
    if (isTold && changed !== undefined) onAnnounced();
    return changed;
  };

  const now = sql`clock_timestamp() AS read_at`;
  const touched = sql`version = version + 1, updated_at = now()`;
  const released = sql`lease_owner = NULL, lease_until = NULL`;
  const unchanged = (seen: Attempt) =>
    sql`payment_id = ${seen.paymentId} AND version = ${seen.version} AND status = ${seen.status}`;
  const settled = (settlement: Settlement, recheckAfterMs: number) => {
    const isOpen = settlement.status === 'unknown' || settlement.status === 'waiting_for_deposit';
    return sql`status_since = now(), checks = 0, not_found_at = NULL,
               next_check_at = ${isOpen ? inMs(sql, recheckAfterMs) : null}, ${released}, ${touched}`;
  };

  return {
    claim: async (row, recheckAfterMs) =>
      // No conflict target: a repeated attempt and a second live one are both refused by their index, without an error.
      firstOf(
        await sql`
          INSERT INTO payment_attempt
            (order_id, attempt, payment_id, status, payment_method, amount, provider_order_id, idempotency_key, last4,
             next_check_at)
          SELECT ${row.orderId}::uuid, ${row.attempt}::integer, ${row.paymentId}::uuid, 'processing',
                 ${row.paymentMethod}, ${row.amount}::bigint, ${row.providerOrderId}, ${row.idempotencyKey}, ${row.last4},
                 ${inMs(sql, recheckAfterMs)}
          WHERE NOT EXISTS (
            SELECT FROM payment_attempt
            WHERE order_id = ${row.orderId}::uuid
              AND (attempt >= ${row.attempt}::integer OR status NOT IN ('rejected', 'abandoned')))
          ON CONFLICT DO NOTHING
          RETURNING *, ${now}`,
      ),

    markSent: async (paymentId, recheckAfterMs) => {
      const { count } = await sql`
        UPDATE payment_attempt
        SET sent_at = now(), next_check_at = ${inMs(sql, recheckAfterMs)}, ${touched}
        WHERE payment_id = ${paymentId} AND status = 'processing' AND sent_at IS NULL`;
      return count === 1;
    },

    markSentAgain: async (paymentId, recheckAfterMs) => {
      const { count } = await sql`
        UPDATE payment_attempt
        SET sent_at = clock_timestamp(), not_found_at = NULL, next_check_at = ${inMs(sql, recheckAfterMs)}, ${touched}
        WHERE payment_id = ${paymentId} AND status = 'processing' AND sent_at IS NOT NULL`;
      return count === 1;
    },

    settle: (paymentId, settlement, recheckAfterMs) => {
      // Only what is open: an answer that comes after a refund began must not take the refund back.
      const open = settlement.status === 'unknown' ? ['processing'] : ['processing', 'unknown'];
      return change(
        { from: 'processing', to: settlement.status },
        sql`
          UPDATE payment_attempt
          SET ${sql(columnsOf(settlement))}, ${settled(settlement, recheckAfterMs)}
          WHERE payment_id = ${paymentId} AND status IN ${sql(open)}
          RETURNING *, ${now}`,
      );
    },

    apply: async (seen, settlement, recheckAfterMs) => {
      checkMove(seen, settlement.status);
      return change(
        { from: seen.status, to: settlement.status },
        sql`
          UPDATE payment_attempt
          SET ${sql(columnsOf(settlement))}, ${settled(settlement, recheckAfterMs)}
          WHERE ${unchanged(seen)}
          RETURNING *, ${now}`,
      );
    },

    beginUndo: async (seen, reason, recheckAfterMs) => {
      const status = seen.status === 'waiting_for_deposit' ? 'cancel_pending' : 'refund_pending';
      checkMove(seen, status);
      return firstOf(
        await sql`
          UPDATE payment_attempt
          SET status = ${status}, reason = ${REASON.refundPending}, cancel_reason = ${reason},
              status_since = now(), checks = 0, next_check_at = ${inMs(sql, recheckAfterMs)}, ${released}, ${touched}
          WHERE ${unchanged(seen)}
          RETURNING *, ${now}`,
      );
    },

    endUndo: async (seen) => {
      const status = seen.status === 'cancel_pending' ? 'waiting_for_deposit' : 'approved';
      checkMove(seen, status);
      return change(
        { from: seen.status, to: status },
        sql`
          UPDATE payment_attempt
          SET status = ${status}, reason = NULL, status_since = now(), checks = 0,
              next_check_at = ${status === 'approved' ? null : sql`now()`}, ${released}, ${touched}
          WHERE ${unchanged(seen)}
          RETURNING *, ${now}`,
      );
    },

    bury: async (row) =>
      firstOf(
        await sql`
          INSERT INTO payment_attempt
            (order_id, attempt, payment_id, status, provider_order_id, idempotency_key, reason)
          VALUES (${row.orderId}, ${row.attempt}, ${row.paymentId}, 'abandoned',
                  ${row.providerOrderId}, ${row.idempotencyKey}, ${REASON.abandoned})
          ON CONFLICT DO NOTHING
          RETURNING *, ${now}`,
      ),

    abandonUnsent: (orderId, attempt, minAgeMs) =>
      change(
        { from: 'processing', to: 'abandoned' },
        sql`
          UPDATE payment_attempt
          SET status = 'abandoned', reason = ${REASON.abandoned}, next_check_at = NULL, status_since = now(),
              ${released}, ${touched}
          WHERE order_id = ${orderId} AND attempt = ${attempt} AND status = 'processing' AND sent_at IS NULL
            AND created_at <= ${inMs(sql, -minAgeMs)}
          RETURNING *, ${now}`,
      ),

    find: async (orderId, attempt) =>
      firstOf(await sql`SELECT *, ${now} FROM payment_attempt WHERE order_id = ${orderId} AND attempt = ${attempt}`),

    findByProviderOrderId: async (providerOrderId) =>
      firstOf(await sql`SELECT *, ${now} FROM payment_attempt WHERE provider_order_id = ${providerOrderId}`),

    list: async (orderId) =>
      (await sql`SELECT *, ${now} FROM payment_attempt WHERE order_id = ${orderId} ORDER BY attempt`).map(attemptOf),
  };
}

/** @throws {Error} a move that attempts do not make. */
function checkMove({ status }: Attempt, to: AttemptStatus): void {
  if (!mayMove(status, to)) throw new Error(`an attempt that is ${status} cannot become ${to}`);
}

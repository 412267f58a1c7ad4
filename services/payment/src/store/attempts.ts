import type { PaymentMethod } from '@shop/contracts';
import type { Sql, TransactionSql } from '@shop/kit';
import { type Attempt, isAttemptStatus, statesBefore } from '../domain/attempt.ts';
import { REASON, type Settlement } from '../domain/outcome.ts';

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

/** The table of attempts. Every write is on disk when its promise resolves. */
export interface AttemptStore {
  /**
   * Inserts the attempt as `processing`; undefined when the database has no room for it: the attempt exists, another
   * is live, or a later one exists.
   */
  claim(attempt: NewAttempt): Promise<Attempt | undefined>;
  /** Notes that the request goes out now; false when the attempt was given up, so that it must not. */
  markSent(paymentId: string, recheckAfterMs: number): Promise<boolean>;
  /** Records how the charge ended; undefined when the attempt is in no state to be settled so. */
  settle(paymentId: string, settlement: Settlement, recheckAfterMs: number): Promise<Attempt | undefined>;
  /** Inserts a tombstone; undefined when the attempt exists. */
  bury(tombstone: Tombstone): Promise<Attempt | undefined>;
  /** Gives up an attempt that was claimed at least `minAgeMs` ago and never sent; undefined when it is not one. */
  abandonUnsent(orderId: string, attempt: number, minAgeMs: number): Promise<Attempt | undefined>;
  find(orderId: string, attempt: number): Promise<Attempt | undefined>;
  /** All attempts of an order, the first one first. */
  list(orderId: string): Promise<Attempt[]>;
}

export function createAttemptStore(sql: Sql): AttemptStore {
  return {
    claim: (row) =>
      durably(sql, async (tx) => {
        // No conflict target: a repeated attempt and a second live one are both refused by their index, without an error.
        const rows = await tx`
          INSERT INTO payment_attempt
            (order_id, attempt, payment_id, status, payment_method, amount, provider_order_id, idempotency_key, last4)
          SELECT ${row.orderId}::uuid, ${row.attempt}::integer, ${row.paymentId}::uuid, 'processing',
                 ${row.paymentMethod}, ${row.amount}::bigint, ${row.providerOrderId}, ${row.idempotencyKey}, ${row.last4}
          WHERE NOT EXISTS (
            SELECT FROM payment_attempt
            WHERE order_id = ${row.orderId}::uuid
              AND (attempt >= ${row.attempt}::integer OR status NOT IN ('rejected', 'abandoned')))
          ON CONFLICT DO NOTHING
          RETURNING *`;
        return firstOf(rows);
      }),

    markSent: (paymentId, recheckAfterMs) =>
      durably(sql, async (tx) => {
        const { count } = await tx`
          UPDATE payment_attempt
          SET sent_at = now(), next_check_at = ${inMs(tx, recheckAfterMs)}, ${touched(tx)}
          WHERE payment_id = ${paymentId} AND status = 'processing' AND sent_at IS NULL`;
        return count === 1;
      }),

    settle: (paymentId, settlement, recheckAfterMs) =>
      durably(sql, async (tx) => {
        const rows = await tx`
          UPDATE payment_attempt
          SET ${tx(columnsOf(settlement))},
              next_check_at = ${settlement.status === 'unknown' ? inMs(tx, recheckAfterMs) : null}, ${touched(tx)}
          WHERE payment_id = ${paymentId} AND status IN ${tx(statesBefore(settlement.status))}
          RETURNING *`;
        return firstOf(rows);
      }),

    bury: (row) =>
      durably(sql, async (tx) => {
        const rows = await tx`
          INSERT INTO payment_attempt
            (order_id, attempt, payment_id, status, provider_order_id, idempotency_key, reason)
          VALUES (${row.orderId}, ${row.attempt}, ${row.paymentId}, 'abandoned',
                  ${row.providerOrderId}, ${row.idempotencyKey}, ${REASON.abandoned})
          ON CONFLICT DO NOTHING
          RETURNING *`;
        return firstOf(rows);
      }),

    abandonUnsent: (orderId, attempt, minAgeMs) =>
      durably(sql, async (tx) => {
        const rows = await tx`
          UPDATE payment_attempt
          SET status = 'abandoned', reason = ${REASON.abandoned}, next_check_at = NULL, ${touched(tx)}
          WHERE order_id = ${orderId} AND attempt = ${attempt} AND status = 'processing' AND sent_at IS NULL
            AND created_at <= ${inMs(tx, -minAgeMs)}
          RETURNING *`;
        return firstOf(rows);
      }),

    find: async (orderId, attempt) =>
      firstOf(await sql`SELECT * FROM payment_attempt WHERE order_id = ${orderId} AND attempt = ${attempt}`),

    list: async (orderId) =>
      (await sql`SELECT * FROM payment_attempt WHERE order_id = ${orderId} ORDER BY attempt`).map(attemptOf),
  };
}

/** One transaction that is flushed at commit even where the server or the role was tuned not to. */
async function durably<T>(sql: Sql, write: (tx: TransactionSql) => Promise<T>): Promise<T> {
  const written = await sql.begin(async (tx) => {
    await tx`SET LOCAL synchronous_commit = on`;
    return { value: await write(tx) };
  });
  return written.value;
}

// The database's clock decides, so that processes whose clocks differ agree.
const inMs = (tx: TransactionSql, ms: number) => tx`now() + ${ms}::double precision * interval '1 millisecond'`;

const touched = (tx: TransactionSql) => tx`version = version + 1, updated_at = now()`;

function columnsOf(settlement: Settlement): Record<string, string | null> {
  switch (settlement.status) {
    case 'approved':
      return {
        status: 'approved',
        payment_key: settlement.paymentKey,
        approve_no: settlement.approveNo,
        issuer_code: settlement.issuerCode,
        approved_at: settlement.approvedAt,
      };
    case 'rejected':
      return { status: 'rejected', reason: settlement.reason, provider_code: settlement.providerCode };
    case 'unknown':
      return { status: 'unknown', provider_code: settlement.providerCode, payment_key: settlement.paymentKey };
  }
}

type Row = Record<string, unknown>;

const firstOf = (rows: readonly Row[]): Attempt | undefined => (rows[0] === undefined ? undefined : attemptOf(rows[0]));

function attemptOf(row: Row): Attempt {
  const status = String(row.status);
  if (!isAttemptStatus(status)) throw new Error(`payment_attempt holds the unknown status ${status}`);
  return {
    paymentId: String(row.payment_id),
    orderId: String(row.order_id),
    attempt: Number(row.attempt),
    status,
    // The column's CHECK admits these two names only.
    paymentMethod: row.payment_method as PaymentMethod | null,
    amount: row.amount === null ? null : Number(row.amount),
    providerOrderId: String(row.provider_order_id),
    idempotencyKey: String(row.idempotency_key),
    reason: textOf(row.reason),
    paymentKey: textOf(row.payment_key),
    sentAt: row.sent_at instanceof Date ? row.sent_at : null,
  };
}

const textOf = (value: unknown): string | null => (typeof value === 'string' ? value : null);

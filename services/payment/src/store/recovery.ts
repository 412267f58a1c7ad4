import type { Sql, SqlStatement } from '@shop/kit';
import { type Attempt, type AttemptStatus, publicStatus } from '../domain/attempt.ts';
import { REASON } from '../domain/outcome.ts';
import { announcing } from './announce.ts';
import { attemptOf, firstOf } from './attempt-row.ts';
import { inMs } from './in-ms.ts';

/** How an attempt is looked at again. */
export interface Postponement {
  readonly delayMs: number;
  /** Whether the provider said that it knows of no such payment; anything else ends a run of such answers. */
  readonly isMissing: boolean;
}

/** What a recovery worker reads and writes of the table of attempts. Every change expects the attempt as it was seen. */
export interface RecoveryStore {
  /**
   * Takes the attempts that are due and that no other worker holds, for `leaseMs`. A worker whose lease ran out cannot
   * write any more: taking an attempt changes its version.
   */
  takeDue(owner: string, leaseMs: number, limit: number): Promise<Attempt[]>;
  /** Gives back what a worker still holds. */
  release(owner: string): Promise<void>;
  /** Closes an attempt that was never sent as rejected; undefined when it is not as it was seen. */
  rejectUnsent(seen: Attempt): Promise<Attempt | undefined>;
  /** Gives up an attempt that was sent and never charged; it is looked up for `sweepMs` all the same. */
  fence(seen: Attempt, sweepMs: number, recheckAfterMs: number): Promise<Attempt | undefined>;
  postpone(seen: Attempt, how: Postponement): Promise<Attempt | undefined>;
  /** Notes that an attempt was charged after it had been given up, before that charge is canceled. */
  noteLateCharge(seen: Attempt, paymentKey: string, recheckAfterMs: number): Promise<Attempt | undefined>;
  /** Nothing more is looked for; `isRefunded` when a late charge was given back. */
  endSweep(seen: Attempt, isRefunded: boolean): Promise<Attempt | undefined>;
  /** Makes an attempt due now, unless it needs no look. */
  makeDue(paymentId: string): Promise<void>;
  /** How many attempts have been open for longer than `olderThanMs`, those that await a deposit aside. */
  countStuck(olderThanMs: number): Promise<number>;
}

export function createRecoveryStore(sql: Sql, onAnnounced: () => void = () => {}): RecoveryStore {
  const now = sql`clock_timestamp() AS read_at`;
  const touched = sql`version = version + 1, updated_at = now(), lease_owner = NULL, lease_until = NULL`;
  const unchanged = (seen: Attempt) =>
    sql`payment_id = ${seen.paymentId} AND version = ${seen.version} AND status = ${seen.status}`;

  /** Closes an open charge, and tells Order. */
  const close = async (seen: Attempt, status: AttemptStatus, columns: SqlStatement): Promise<Attempt | undefined> => {
    const update = sql`
      UPDATE payment_attempt
      SET status = ${status}, ${columns}, status_since = now(), checks = 0, not_found_at = NULL, ${touched}
      WHERE ${unchanged(seen)}
      RETURNING *, ${now}`;
    const closed = firstOf(await announcing(sql, update, publicStatus(status)));
    if (closed !== undefined) onAnnounced();
    return closed;
  };

  return {
    takeDue: async (owner, leaseMs, limit) => {
      const rows = await sql`
        UPDATE payment_attempt
        SET lease_owner = ${owner}, lease_until = ${inMs(sql, leaseMs)}, version = version + 1
        WHERE payment_id IN (
          SELECT payment_id FROM payment_attempt
          WHERE next_check_at <= now() AND (lease_until IS NULL OR lease_until < now())
          ORDER BY next_check_at
          LIMIT ${limit}
          FOR UPDATE SKIP LOCKED)
        RETURNING *, ${now}`;
      return rows.map(attemptOf);
    },

    release: async (owner) => {
      await sql`
        UPDATE payment_attempt SET lease_owner = NULL, lease_until = NULL, version = version + 1
        WHERE lease_owner = ${owner}`;
    },

    rejectUnsent: (seen) => close(seen, 'rejected', sql`reason = ${REASON.notSent}, next_check_at = NULL`),

    fence: (seen, sweepMs, recheckAfterMs) =>
      close(
        seen,
        'abandoned',
        sql`reason = ${REASON.abandoned}, sweep_until = ${inMs(sql, sweepMs)},
            next_check_at = ${inMs(sql, recheckAfterMs)}`,
      ),

    postpone: async (seen, { delayMs, isMissing }) =>
      firstOf(
        await sql`
          UPDATE payment_attempt
          SET checks = checks + 1, next_check_at = ${inMs(sql, delayMs)},
              not_found_at = ${isMissing ? sql`coalesce(not_found_at, clock_timestamp())` : null}, ${touched}
          WHERE ${unchanged(seen)}
          RETURNING *, ${now}`,
      ),

    noteLateCharge: async (seen, paymentKey, recheckAfterMs) =>
      firstOf(
        await sql`
          UPDATE payment_attempt
          SET late_charge_at = coalesce(late_charge_at, now()), payment_key = ${paymentKey},
              checks = checks + 1, next_check_at = ${inMs(sql, recheckAfterMs)}, ${touched}
          WHERE ${unchanged(seen)}
          RETURNING *, ${now}`,
      ),

    endSweep: async (seen, isRefunded) =>
      firstOf(
        await sql`
          UPDATE payment_attempt
          SET next_check_at = NULL, late_refunded_at = ${isRefunded ? sql`now()` : sql`late_refunded_at`}, ${touched}
          WHERE ${unchanged(seen)}
          RETURNING *, ${now}`,
      ),

    makeDue: async (paymentId) => {
      // A tombstone and an attempt that was never sent have nothing at the provider.
      await sql`
        UPDATE payment_attempt SET next_check_at = now(), sweep_until = coalesce(sweep_until, now())
        WHERE payment_id = ${paymentId} AND sent_at IS NOT NULL AND status NOT IN ('rejected', 'refunded')`;
    },

    countStuck: async (olderThanMs) => {
      const [row] = await sql`
        SELECT count(*)::integer AS stuck FROM payment_attempt
        WHERE next_check_at IS NOT NULL AND (
          (status IN ('processing', 'unknown') AND created_at < ${inMs(sql, -olderThanMs)})
          OR (status IN ('cancel_pending', 'refund_pending') AND status_since < ${inMs(sql, -olderThanMs)})
          OR (status = 'abandoned' AND late_refunded_at IS NULL AND late_charge_at < ${inMs(sql, -olderThanMs)}))`;
      return Number(row?.stuck ?? 0);
    },
  };
}

import type { Sql } from '@shop/kit';
import { inMs } from './in-ms.ts';

/** Something that Order has yet to hear. */
export interface Announcement {
  readonly id: number;
  readonly orderId: string;
  readonly attempt: number;
  readonly paymentId: string;
  readonly paymentStatus: string;
  readonly reason: string | null;
  readonly settledAt: Date;
  /** Times it was sent, this one included. */
  readonly tries: number;
}

/** What waits in the outbox. */
export interface Backlog {
  readonly size: number;
  /** Milliseconds since the oldest was settled; 0 when nothing waits. */
  readonly lagMs: number;
}

/** The outbox table. Several publishers may work on it at once. */
export interface OutboxStore {
  /**
   * Takes announcements that are due, for `leaseMs`: of one order only the first that is not acknowledged. What this
   * owner still holds is taken again: it is left over from a search that broke off.
   */
  take(owner: string, leaseMs: number, limit: number): Promise<Announcement[]>;
  acknowledge(ids: readonly number[]): Promise<void>;
  /** Gives one back, to be sent again after `delayMs`. */
  postpone(id: number, delayMs: number): Promise<void>;
  /** Gives back unsent what a publisher holds. */
  release(owner: string): Promise<void>;
  backlog(): Promise<Backlog>;
  /** Deletes at most `limit` acknowledged ones of that age; resolves to how many. */
  prune(olderThanMs: number, limit: number): Promise<number>;
}

export function createOutboxStore(sql: Sql): OutboxStore {
  return {
    take: async (owner, leaseMs, limit) => {
      const rows = await sql`
        UPDATE payment_outbox SET lease_owner = ${owner}, lease_until = ${inMs(sql, leaseMs)}, tries = tries + 1
        WHERE id IN (
          SELECT id FROM payment_outbox AS waiting
          WHERE acknowledged_at IS NULL AND next_try_at <= now()
            AND (lease_until IS NULL OR lease_until < now() OR lease_owner = ${owner})
            AND NOT EXISTS (
              SELECT FROM payment_outbox AS earlier
              WHERE earlier.order_id = waiting.order_id AND earlier.id < waiting.id
                AND earlier.acknowledged_at IS NULL)
          ORDER BY next_try_at
          LIMIT ${limit}
          FOR UPDATE SKIP LOCKED)
        RETURNING *`;
      return rows.map(announcementOf).sort((a, b) => a.id - b.id);
    },

    acknowledge: async (ids) => {
      // An array and not a list: one statement, prepared once, however many there are.
      await sql`
        UPDATE payment_outbox SET acknowledged_at = now(), lease_owner = NULL, lease_until = NULL
        WHERE id = ANY(${[...ids]}::bigint[])`;
    },

    postpone: async (id, delayMs) => {
      await sql`
        UPDATE payment_outbox SET next_try_at = ${inMs(sql, delayMs)}, lease_owner = NULL, lease_until = NULL
        WHERE id = ${id} AND acknowledged_at IS NULL`;
    },

    release: async (owner) => {
      await sql`
        UPDATE payment_outbox SET lease_owner = NULL, lease_until = NULL
        WHERE lease_owner = ${owner} AND acknowledged_at IS NULL`;
    },

    backlog: async () => {
      const [row] = await sql`
        SELECT count(*)::integer AS size,
               coalesce(extract(epoch FROM now() - min(settled_at)) * 1000, 0)::float8 AS lag_ms
        FROM payment_outbox WHERE acknowledged_at IS NULL`;
      return { size: Number(row?.size ?? 0), lagMs: Math.max(0, Math.round(Number(row?.lag_ms ?? 0))) };
    },

    prune: async (olderThanMs, limit) => {
      const { count } = await sql`
        DELETE FROM payment_outbox WHERE id IN (
          SELECT id FROM payment_outbox WHERE acknowledged_at < ${inMs(sql, -olderThanMs)}
          ORDER BY acknowledged_at LIMIT ${limit} FOR UPDATE SKIP LOCKED)`;
      return count;
    },
  };
}

const announcementOf = (row: Record<string, unknown>): Announcement => ({
  id: Number(row.id),
  orderId: String(row.order_id),
  attempt: Number(row.attempt),
  paymentId: String(row.payment_id),
  paymentStatus: String(row.payment_status),
  reason: typeof row.reason === 'string' ? row.reason : null,
  // The column is NOT NULL, and the driver reads a timestamptz as a Date.
  settledAt: row.settled_at as Date,
  tries: Number(row.tries),
});

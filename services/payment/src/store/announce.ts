import type { Sql, SqlStatement } from '@shop/kit';

/**
 * Tells Order of an attempt that an update of `payment_attempt` changes: wraps it so that the same statement puts what
 * became of the attempt into the outbox. One statement is one transaction and one way to the database and back.
 * @param update an UPDATE that ends in `RETURNING *`, with `read_at`.
 * @param publicStatus what the attempt's new status is called outside.
 */
export const announcing = (sql: Sql, update: SqlStatement, publicStatus: string) => sql`
  WITH changed AS (${update}),
  told AS (
    INSERT INTO payment_outbox (order_id, attempt, payment_id, payment_status, reason)
    SELECT order_id, attempt, payment_id, ${publicStatus}, reason FROM changed)
  SELECT * FROM changed`;

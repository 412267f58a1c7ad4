import type { TransactionSql } from '@shop/kit';
import { type Attempt, publicStatus } from '../domain/attempt.ts';

/** Puts what became of an attempt into the outbox, in the transaction that made it so. */
export async function announce(tx: TransactionSql, attempt: Attempt): Promise<void> {
  await tx`
    INSERT INTO payment_outbox (order_id, attempt, payment_id, payment_status, reason)
    VALUES (${attempt.orderId}, ${attempt.attempt}, ${attempt.paymentId}, ${publicStatus(attempt.status)},
            ${attempt.reason})`;
}

import type { PaymentMethod } from '@shop/contracts';
import { type Attempt, isAttemptStatus } from '../domain/attempt.ts';
import type { Settlement } from '../domain/outcome.ts';

export type Row = Record<string, unknown>;

/** The columns that a settlement changes, by their names. */
export function columnsOf(settlement: Settlement): Record<string, string | Date | null> {
  switch (settlement.status) {
    case 'approved':
      return {
        status: 'approved',
        reason: null,
        payment_key: settlement.paymentKey,
        approve_no: settlement.approveNo,
        issuer_code: settlement.issuerCode,
        approved_at: settlement.approvedAt,
      };
    case 'waiting_for_deposit':
      return {
        status: 'waiting_for_deposit',
        reason: null,
        payment_key: settlement.paymentKey,
        deposit_secret: settlement.secret,
        account_number: settlement.accountNumber,
        bank_code: settlement.bankCode,
        due_at: settlement.dueAt,
      };
    case 'rejected':
      return { status: 'rejected', reason: settlement.reason, provider_code: settlement.providerCode };
    case 'unknown':
      return { status: 'unknown', provider_code: settlement.providerCode, payment_key: settlement.paymentKey };
    case 'refunded':
      return { status: 'refunded', reason: settlement.reason };
  }
}

/** The first of some rows as an attempt. */
export const firstOf = (rows: readonly Row[]): Attempt | undefined =>
  rows[0] === undefined ? undefined : attemptOf(rows[0]);

/** A row as an attempt; it must have been read with `clock_timestamp() AS read_at`. */
export function attemptOf(row: Row): Attempt {
  const status = String(row.status);
  if (!isAttemptStatus(status)) throw new Error(`payment_attempt holds the unknown status ${status}`);
  const dueAt = dateOf(row.due_at);
  const accountNumber = textOf(row.account_number);
  const bankCode = textOf(row.bank_code);
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
    sentAt: dateOf(row.sent_at),
    account: dueAt === null || accountNumber === null || bankCode === null ? null : { accountNumber, bankCode, dueAt },
    depositSecret: textOf(row.deposit_secret),
    cancelReason: textOf(row.cancel_reason),
    checks: Number(row.checks),
    notFoundAt: dateOf(row.not_found_at),
    sweepUntil: dateOf(row.sweep_until),
    lateChargeAt: dateOf(row.late_charge_at),
    version: Number(row.version),
    readAt: dateOf(row.read_at) ?? new Date(),
  };
}

const textOf = (value: unknown): string | null => (typeof value === 'string' ? value : null);
const dateOf = (value: unknown): Date | null => (value instanceof Date ? value : null);

import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { Payment } from './payment.ts';

/** A payment with the instant it became durable. */
export interface StoredPayment {
  readonly payment: Payment;
  readonly committedAtMs: number;
}

/** One time that money was taken. Amounts in won, `at` ISO 8601 in UTC. */
export interface Charge {
  readonly orderId: string;
  readonly paymentKey: string;
  readonly amount: number;
  readonly status: Payment['status'];
  readonly canceledAmount: number;
  readonly at: string;
}

/** The durable record of payments and of the charges among them; callers bring the transaction. */
export class Ledger {
  readonly #byPaymentKey: StatementSync;
  readonly #byOrderId: StatementSync;
  readonly #insertPayment: StatementSync;
  readonly #updatePayment: StatementSync;
  readonly #insertCharge: StatementSync;
  readonly #deleteCharge: StatementSync;
  readonly #charges: StatementSync;

  constructor(database: DatabaseSync) {
    this.#byPaymentKey = database.prepare('SELECT document, committed_at_ms FROM payments WHERE payment_key = ?');
    this.#byOrderId = database.prepare('SELECT document, committed_at_ms FROM payments WHERE order_id = ?');
    this.#insertPayment = database.prepare(
      'INSERT INTO payments (payment_key, order_id, committed_at_ms, document) VALUES (?, ?, ?, ?)',
    );
    this.#updatePayment = database.prepare('UPDATE payments SET document = ? WHERE payment_key = ?');
    this.#insertCharge = database.prepare('INSERT INTO charges (payment_key, charged_at_ms) VALUES (?, ?)');
    this.#deleteCharge = database.prepare('DELETE FROM charges WHERE payment_key = ?');
    this.#charges = database.prepare(
      'SELECT document, charged_at_ms FROM charges JOIN payments USING (payment_key) ORDER BY sequence',
    );
  }

  findByPaymentKey(paymentKey: string): StoredPayment | undefined {
    return storedPayment(this.#byPaymentKey.get(paymentKey));
  }

  findByOrderId(orderId: string): StoredPayment | undefined {
    return storedPayment(this.#byOrderId.get(orderId));
  }

  /** Adds a payment; one that is DONE is a charge as well. The order id must be new. */
  add(payment: Payment, nowMs: number): void {
    this.#insertPayment.run(payment.paymentKey, payment.orderId, nowMs, JSON.stringify(payment));
    if (payment.status === 'DONE') this.#insertCharge.run(payment.paymentKey, nowMs);
  }

  /** Replaces a payment by its next state. */
  update(payment: Payment): void {
    this.#updatePayment.run(JSON.stringify(payment), payment.paymentKey);
  }

  /** Replaces a payment whose money has just come in, and lists it as a charge. */
  settle(payment: Payment, nowMs: number): void {
    this.update(payment);
    this.#insertCharge.run(payment.paymentKey, nowMs);
  }

  /** Replaces a payment whose money was taken back: it is no charge any more. */
  unsettle(payment: Payment): void {
    this.update(payment);
    this.#deleteCharge.run(payment.paymentKey);
  }

  /** Every charge in the order of commit. */
  charges(): Charge[] {
    return this.#charges.all().map((row) => {
      const payment = readDocument(row.document);
      return {
        orderId: payment.orderId,
        paymentKey: payment.paymentKey,
        amount: payment.totalAmount,
        status: payment.status,
        canceledAmount: payment.totalAmount - payment.balanceAmount,
        at: new Date(Number(row.charged_at_ms)).toISOString(),
      };
    });
  }
}

type Row = ReturnType<StatementSync['get']>;

function storedPayment(row: Row): StoredPayment | undefined {
  if (row === undefined) return undefined;
  return { payment: readDocument(row.document), committedAtMs: Number(row.committed_at_ms) };
}

function readDocument(document: unknown): Payment {
  // Only this class writes the column, always from a Payment.
  return JSON.parse(String(document)) as Payment;
}

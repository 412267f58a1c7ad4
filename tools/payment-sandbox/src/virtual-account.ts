import { randomInt } from 'node:crypto';
import { z } from 'zod';
import { bankCode } from './banks.ts';
import type { Decision } from './exchange.ts';
import { depositTakenBack, newPayment, paidByDeposit } from './new-payment.ts';
import type { Payment } from './payment.ts';
import { newIdentity, newTransactionKey, type Provider } from './provider.ts';
import { committedAnswer } from './provider-answer.ts';
import { ProviderError } from './provider-error.ts';
import { orderIdField, readFields, refusedAs, text, won } from './request-fields.ts';
import { parseSeoulTime, seoulTime } from './seoul-time.ts';

const HOUR_MS = 60 * 60 * 1_000;
const DEFAULT_VALID_HOURS = 168;
const MAX_VALID_HOURS = 2_160;

const issueSchema = z
  .object({
    amount: won(1),
    orderId: orderIdField,
    orderName: text(100),
    customerName: text(100),
    bank: text(20).refine((bank) => bankCode(bank) !== undefined, { error: 'INVALID_BANK' }),
    validHours: z.int(refusedAs('INVALID_REQUEST')).min(1).max(MAX_VALID_HOURS).optional(),
    dueDate: z.iso.datetime({ local: true, offset: true, error: 'INVALID_REQUEST' }).optional(),
    customerEmail: z.email(refusedAs('INVALID_EMAIL')).max(100, refusedAs('INVALID_EMAIL')).optional(),
    taxFreeAmount: won(0).default(0),
  })
  .refine((fields) => fields.validHours === undefined || fields.dueDate === undefined, { error: 'INVALID_REQUEST' })
  .refine((fields) => fields.taxFreeAmount <= fields.amount, { error: 'INVALID_REQUEST' });

/**
 * Issues an account that waits for its deposit; no money has moved, so the ledger of charges does not list it.
 * @throws {ProviderError} for a wrong field or a used order id; nothing is written then.
 */
export function issueVirtualAccount(provider: Provider, body: unknown): Decision {
  const request = readFields(body, issueSchema);
  const nowMs = provider.now();
  const dueMs = dueTime(request, nowMs);
  if (provider.ledger.findByOrderId(request.orderId) !== undefined) throw new ProviderError('DUPLICATED_ORDER_ID');
  const payment = newPayment(
    {
      orderId: request.orderId,
      orderName: request.orderName,
      method: '가상계좌',
      status: 'WAITING_FOR_DEPOSIT',
      amount: request.amount,
      taxFreeAmount: request.taxFreeAmount,
      virtualAccount: {
        accountType: '일반',
        // A leading X marks it as an account that no bank knows, as the provider does with test keys.
        accountNumber: `X${String(randomInt(10 ** 13)).padStart(13, '0')}`,
        bankCode: bankCode(request.bank) ?? request.bank,
        customerName: request.customerName,
        dueDate: seoulTime(dueMs),
        refundStatus: 'NONE',
        expired: false,
        settlementStatus: 'INCOMPLETED',
        refundReceiveAccount: null,
      },
    },
    newIdentity(nowMs),
  );
  provider.ledger.add(payment, nowMs);
  return { answer: committedAnswer(payment) };
}

/** The payment as a lookup shows it at `nowMs`: an account past its due date reads `EXPIRED`. */
export function shownAt(payment: Payment, nowMs: number): Payment {
  if (payment.virtualAccount === null || !isOverdue(payment, nowMs)) return payment;
  return { ...payment, status: 'EXPIRED', virtualAccount: { ...payment.virtualAccount, expired: true } };
}

/** What became of a deposit. */
export type DepositResult =
  | { readonly kind: 'paid' | 'waiting'; readonly payment: Payment }
  | {
      readonly kind: 'refused';
      readonly reason: 'no such order' | 'not waiting for a deposit' | 'past its due date' | 'no deposit to take back';
    };

/** Takes the whole amount into the account of an order, inside the caller's transaction. */
export function deposit(provider: Provider, orderId: string): DepositResult {
  const nowMs = provider.now();
  const payment = provider.ledger.findByOrderId(orderId)?.payment;
  if (payment === undefined) return { kind: 'refused', reason: 'no such order' };
  if (payment.status !== 'WAITING_FOR_DEPOSIT') return { kind: 'refused', reason: 'not waiting for a deposit' };
  if (isOverdue(payment, nowMs)) return { kind: 'refused', reason: 'past its due date' };
  const paid = paidByDeposit(payment, newTransactionKey(), nowMs);
  provider.ledger.settle(paid, nowMs);
  return { kind: 'paid', payment: paid };
}

/** Takes a deposit back out of the account of an order, as a bank does that erred; inside the caller's transaction. */
export function takeBackDeposit(provider: Provider, orderId: string): DepositResult {
  const payment = provider.ledger.findByOrderId(orderId)?.payment;
  if (payment === undefined) return { kind: 'refused', reason: 'no such order' };
  if (payment.virtualAccount === null || payment.status !== 'DONE')
    return { kind: 'refused', reason: 'no deposit to take back' };
  const waiting = depositTakenBack(payment, newTransactionKey());
  provider.ledger.unsettle(waiting);
  return { kind: 'waiting', payment: waiting };
}

function isOverdue(payment: Payment, nowMs: number): boolean {
  if (payment.status !== 'WAITING_FOR_DEPOSIT' || payment.virtualAccount === null) return false;
  const dueMs = parseSeoulTime(payment.virtualAccount.dueDate);
  return dueMs !== undefined && nowMs > dueMs;
}

function dueTime(request: z.output<typeof issueSchema>, nowMs: number): number {
  if (request.dueDate === undefined) return nowMs + (request.validHours ?? DEFAULT_VALID_HOURS) * HOUR_MS;
  const dueMs = parseSeoulTime(request.dueDate);
  if (dueMs === undefined || dueMs <= nowMs || dueMs > nowMs + MAX_VALID_HOURS * HOUR_MS) {
    throw new ProviderError('INVALID_REQUEST');
  }
  return dueMs;
}

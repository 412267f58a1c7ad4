import type { CancelOutcome, LookupOutcome, Outcome } from '../domain/outcome.ts';
import { CANCEL_REFUSALS, CANCELED_BEFORE, DECLINES, MISCONFIGURATIONS } from './codes.ts';
import type { Exchange } from './exchange.ts';
import type { ExpectedCharge } from './provider.ts';
import { type PaymentReply, readErrorCode, readPayment } from './reply.ts';

/**
 * What an exchange means for the charge. Anything that is not proven either way is `unknown`: taken for a failure,
 * the buyer would pay twice.
 */
export function classifyCharge(exchange: Exchange, expected: ExpectedCharge): Outcome {
  if (exchange.kind === 'not_sent') return { kind: 'not_sent', cause: exchange.errorCode };
  if (exchange.kind === 'lost') return { kind: 'unknown', cause: exchange.errorCode };
  const { statusCode, body } = exchange;
  if (statusCode === 200) return classifyPayment(readPayment(body), expected);
  return classifyRefusal(statusCode, readErrorCode(body));
}

/** What an exchange means for the cancellation of a whole payment; only what is left of the money tells. */
export function classifyCancel(exchange: Exchange, providerOrderId: string): CancelOutcome {
  if (exchange.kind === 'not_sent') return { kind: 'not_sent', cause: exchange.errorCode };
  if (exchange.kind === 'lost') return { kind: 'unknown', cause: exchange.errorCode };
  const { statusCode, body } = exchange;
  if (statusCode === 200) {
    const payment = readPayment(body);
    if (payment === undefined) return { kind: 'unknown', cause: 'unreadable_reply' };
    if (payment.orderId !== providerOrderId) return { kind: 'unknown', cause: 'order_id_mismatch' };
    return payment.balanceAmount === 0 ? { kind: 'canceled' } : { kind: 'unknown', cause: 'balance_left' };
  }
  const code = readErrorCode(body);
  if (isVerdict(statusCode) && code !== undefined) {
    if (CANCELED_BEFORE.has(code)) return { kind: 'canceled' };
    if (CANCEL_REFUSALS.has(code)) return { kind: 'refused', code };
    if (MISCONFIGURATIONS.has(code)) return { kind: 'misconfigured', code };
  }
  return { kind: 'unknown', cause: `status_${statusCode}`, code };
}

/** What a lookup by provider orderId means. */
export function classifyLookup(exchange: Exchange, expected: ExpectedCharge): LookupOutcome {
  if (exchange.kind !== 'answer') return { kind: 'unknown', cause: exchange.errorCode };
  const { statusCode, body } = exchange;
  if (statusCode === 200) return classifyFound(readPayment(body), expected);
  const code = readErrorCode(body);
  if (statusCode === 404 && code === 'NOT_FOUND_PAYMENT') return { kind: 'not_found' };
  return { kind: 'unknown', cause: `status_${statusCode}`, code };
}

function classifyFound(payment: PaymentReply | undefined, expected: ExpectedCharge): LookupOutcome {
  if (payment?.orderId !== expected.providerOrderId) return classifyPayment(payment, expected);
  switch (payment.status) {
    case 'READY':
    case 'IN_PROGRESS':
      return { kind: 'in_progress' };
    case 'ABORTED':
    case 'EXPIRED':
      return { kind: 'rejected', code: payment.failure?.code ?? payment.status };
    case 'WAITING_FOR_DEPOSIT':
      // An account that has run out may keep this status and say so beside it.
      return payment.virtualAccount?.expired === true
        ? { kind: 'rejected', code: 'EXPIRED' }
        : classifyPayment(payment, expected);
    case 'CANCELED':
    case 'PARTIAL_CANCELED':
      // The documentation shows a full cancellation under either name; only the balance tells.
      return payment.balanceAmount === 0
        ? { kind: 'canceled', paymentKey: payment.paymentKey }
        : classifyPayment(payment, expected);
    default:
      return classifyPayment(payment, expected);
  }
}

function classifyPayment(payment: PaymentReply | undefined, expected: ExpectedCharge): Outcome {
  if (payment === undefined) return { kind: 'unknown', cause: 'unreadable_reply' };
  const { paymentKey, virtualAccount, secret } = payment;
  // A reply about somebody else's payment must not lend its key to this attempt.
  if (payment.orderId !== expected.providerOrderId) return { kind: 'unknown', cause: 'order_id_mismatch' };
  if (payment.totalAmount !== expected.amount) return { kind: 'unknown', cause: 'amount_mismatch', paymentKey };
  if (payment.status === 'WAITING_FOR_DEPOSIT' && virtualAccount && secret) {
    const { accountNumber, bankCode, dueDate } = virtualAccount;
    return { kind: 'awaiting_deposit', paymentKey, secret, accountNumber, bankCode, dueAt: dueDate };
  }
  if (payment.status !== 'DONE') return { kind: 'unknown', cause: 'status_not_done', paymentKey };
  return {
    kind: 'approved',
    paymentKey,
    approveNo: payment.card?.approveNo ?? null,
    issuerCode: payment.card?.issuerCode ?? null,
    approvedAt: payment.approvedAt ?? null,
  };
}

function classifyRefusal(statusCode: number, code: string | undefined): Outcome {
  if (isVerdict(statusCode) && code !== undefined) {
    if (DECLINES.has(code)) return { kind: 'rejected', code };
    if (MISCONFIGURATIONS.has(code)) return { kind: 'misconfigured', code };
  }
  return { kind: 'unknown', cause: `status_${statusCode}`, code };
}

/** A server that failed, or was too busy to look, proves nothing by the code it gives. */
const isVerdict = (statusCode: number): boolean => statusCode >= 400 && statusCode < 500 && statusCode !== 429;

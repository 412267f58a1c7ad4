import { z } from 'zod';
import { bankCode } from './banks.ts';
import type { Decision } from './exchange.ts';
import type { Cancel, Payment } from './payment.ts';
import { newTransactionKey, type Provider } from './provider.ts';
import { committedAnswer } from './provider-answer.ts';
import { ProviderError } from './provider-error.ts';
import { readFields, refusedAs, text, won } from './request-fields.ts';
import { seoulTime } from './seoul-time.ts';
import { splitTax } from './tax.ts';

// A payment grows by every partial cancellation, so their number has a limit.
const MAX_CANCELS = 100;

const refundAccount = z.object(
  {
    bank: z.string(refusedAs('INVALID_BANK')).refine((bank) => bankCode(bank) !== undefined, { error: 'INVALID_BANK' }),
    accountNumber: z
      .string(refusedAs('INVALID_REFUND_ACCOUNT_NUMBER'))
      .regex(/^\d{1,20}$/, refusedAs('INVALID_REFUND_ACCOUNT_NUMBER')),
    holderName: text(60),
  },
  { error: 'INVALID_REFUND_ACCOUNT_INFO' },
);

const cancelSchema = z.object({
  cancelReason: text(200),
  cancelAmount: won(1).optional(),
  refundableAmount: won(0).optional(),
  taxFreeAmount: won(0).optional(),
  refundReceiveAccount: refundAccount.optional(),
});

type CancelRequest = z.output<typeof cancelSchema>;

/**
 * Decides a full or partial cancellation and writes it to the ledger. The refund account is checked and not kept.
 * @throws {ProviderError} when the request, the payment's state or the amount does not allow it; nothing is written then.
 */
export function cancelPayment(provider: Provider, paymentKey: string, body: unknown): Decision {
  const request = readFields(body, cancelSchema);
  const payment = provider.ledger.findByPaymentKey(paymentKey)?.payment;
  if (payment === undefined) throw new ProviderError('NOT_FOUND_PAYMENT');
  const canceled = afterCancel(payment, request, newTransactionKey(), seoulTime(provider.now()));
  provider.ledger.update(canceled);
  return { answer: committedAnswer(canceled) };
}

/**
 * The payment after a cancellation.
 * @throws {ProviderError} when its state or the amounts do not allow it.
 */
export function afterCancel(payment: Payment, request: CancelRequest, transactionKey: string, at: string): Payment {
  refuseByState(payment, request);
  const cancelAmount = request.cancelAmount ?? payment.balanceAmount;
  if (cancelAmount > payment.balanceAmount) throw new ProviderError('NOT_CANCELABLE_AMOUNT');
  const balanceAmount = payment.balanceAmount - cancelAmount;
  const taxFreeAmount = request.taxFreeAmount ?? (balanceAmount === 0 ? payment.taxFreeAmount : 0);
  const taxFreeLeft = payment.taxFreeAmount - taxFreeAmount;
  if (taxFreeLeft < 0 || taxFreeAmount > cancelAmount || taxFreeLeft > balanceAmount) {
    throw new ProviderError('INVALID_REQUEST');
  }
  const cancel: Cancel = {
    cancelAmount,
    cancelReason: request.cancelReason,
    taxFreeAmount,
    taxExemptionAmount: 0,
    refundableAmount: balanceAmount,
    easyPayDiscountAmount: 0,
    canceledAt: at,
    transactionKey,
    receiptKey: null,
    cancelStatus: 'DONE',
    cancelRequestId: null,
  };
  const deposited = payment.status !== 'WAITING_FOR_DEPOSIT';
  return {
    ...payment,
    status: balanceAmount === 0 ? 'CANCELED' : 'PARTIAL_CANCELED',
    lastTransactionKey: transactionKey,
    balanceAmount,
    ...splitTax(balanceAmount, taxFreeLeft),
    cancels: [...(payment.cancels ?? []), cancel],
    card: payment.card && { ...payment.card, acquireStatus: balanceAmount === 0 ? 'CANCELED' : 'READY' },
    virtualAccount: payment.virtualAccount && {
      ...payment.virtualAccount,
      refundStatus: deposited ? 'COMPLETED' : 'NONE',
    },
  };
}

function refuseByState(payment: Payment, request: CancelRequest): void {
  if (payment.status === 'ABORTED') throw new ProviderError('NOT_CANCELABLE_PAYMENT');
  if (payment.balanceAmount === 0) throw new ProviderError('ALREADY_CANCELED_PAYMENT');
  if (request.refundableAmount !== undefined && request.refundableAmount !== payment.balanceAmount) {
    throw new ProviderError('NOT_MATCHES_REFUNDABLE_AMOUNT');
  }
  if ((payment.cancels?.length ?? 0) >= MAX_CANCELS) throw new ProviderError('EXCEED_CANCEL_LIMIT');
  if (payment.virtualAccount === null) return;
  if (payment.status === 'WAITING_FOR_DEPOSIT') {
    const partial = request.cancelAmount !== undefined && request.cancelAmount < payment.balanceAmount;
    if (partial) throw new ProviderError('NOT_ALLOWED_PARTIAL_REFUND_WAITING_DEPOSIT');
  } else if (request.refundReceiveAccount === undefined) {
    throw new ProviderError('INVALID_REFUND_ACCOUNT_INFO');
  }
}

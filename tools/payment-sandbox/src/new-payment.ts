import type { Payment } from './payment.ts';
import { seoulTime } from './seoul-time.ts';
import { splitTax } from './tax.ts';

/** What makes a payment unique; given from outside so that tests can choose it. */
export interface PaymentIdentity {
  readonly paymentKey: string;
  readonly transactionKey: string;
  readonly secret: string;
  readonly nowMs: number;
}

/** The parts in which payments differ at birth. Amounts in won. */
export interface PaymentDraft extends Pick<Payment, 'orderId' | 'orderName' | 'method' | 'status'> {
  readonly amount: number;
  readonly taxFreeAmount: number;
  readonly card?: Payment['card'];
  readonly virtualAccount?: Payment['virtualAccount'];
  readonly failure?: Payment['failure'];
}

// An `.invalid` host never resolves: a receipt of the sandbox must not lead anybody to a real page.
const RECEIPT_BASE_URL = 'https://payment-sandbox.invalid/receipt';

/** Writes the full Payment object for a request that the provider has decided on. */
export function newPayment(draft: PaymentDraft, identity: PaymentIdentity): Payment {
  const at = seoulTime(identity.nowMs);
  const done = draft.status === 'DONE';
  return {
    version: '2022-11-16',
    mId: 'shop-sandbox',
    paymentKey: identity.paymentKey,
    lastTransactionKey: identity.transactionKey,
    type: 'NORMAL',
    orderId: draft.orderId,
    orderName: draft.orderName,
    currency: 'KRW',
    country: 'KR',
    method: draft.method,
    status: draft.status,
    totalAmount: draft.amount,
    balanceAmount: draft.amount,
    ...splitTax(draft.amount, draft.taxFreeAmount),
    taxExemptionAmount: 0,
    requestedAt: at,
    approvedAt: done ? at : null,
    useEscrow: false,
    cultureExpense: false,
    isPartialCancelable: draft.status !== 'ABORTED',
    cancels: null,
    card: draft.card ?? null,
    virtualAccount: draft.virtualAccount ?? null,
    secret: identity.secret,
    receipt: done ? receiptOf(identity.paymentKey) : null,
    checkout: null,
    failure: draft.failure ?? null,
    transfer: null,
    mobilePhone: null,
    giftCertificate: null,
    easyPay: null,
    cashReceipt: null,
    cashReceipts: null,
    discount: null,
    metadata: null,
  };
}

/** Turns an account that waits for its deposit into a paid payment. */
export function paidByDeposit(payment: Payment, transactionKey: string, nowMs: number): Payment {
  return {
    ...payment,
    status: 'DONE',
    lastTransactionKey: transactionKey,
    approvedAt: seoulTime(nowMs),
    receipt: receiptOf(payment.paymentKey),
    virtualAccount: payment.virtualAccount && { ...payment.virtualAccount, settlementStatus: 'COMPLETED' },
  };
}

/** Turns a paid payment back into an account that waits: the bank has taken the deposit back. */
export function depositTakenBack(payment: Payment, transactionKey: string): Payment {
  return {
    ...payment,
    status: 'WAITING_FOR_DEPOSIT',
    lastTransactionKey: transactionKey,
    approvedAt: null,
    receipt: null,
    virtualAccount: payment.virtualAccount && { ...payment.virtualAccount, settlementStatus: 'INCOMPLETED' },
  };
}

function receiptOf(paymentKey: string): { url: string } {
  return { url: `${RECEIPT_BASE_URL}/${paymentKey}` };
}

import type { ErrorBody } from './provider-error.ts';

/** The states a payment of this sandbox can be in; the provider's READY and IN_PROGRESS never leave its own checkout. */
export type PaymentStatus = 'WAITING_FOR_DEPOSIT' | 'DONE' | 'CANCELED' | 'PARTIAL_CANCELED' | 'ABORTED' | 'EXPIRED';

/** One full or partial cancellation. Amounts in won. */
export interface Cancel {
  readonly cancelAmount: number;
  readonly cancelReason: string;
  readonly taxFreeAmount: number;
  readonly taxExemptionAmount: 0;
  readonly refundableAmount: number;
  readonly easyPayDiscountAmount: 0;
  readonly canceledAt: string;
  readonly transactionKey: string;
  readonly receiptKey: null;
  readonly cancelStatus: 'DONE';
  readonly cancelRequestId: null;
}

/** The card part of a payment; `number` shows at most the last four digits. */
export interface PaymentCard {
  readonly amount: number;
  readonly issuerCode: string;
  readonly acquirerCode: string;
  readonly number: string;
  readonly installmentPlanMonths: number;
  readonly approveNo: string;
  readonly useCardPoint: boolean;
  readonly cardType: '신용';
  readonly ownerType: '개인' | '법인';
  readonly acquireStatus: 'READY' | 'CANCELED';
  readonly isInterestFree: boolean;
  readonly interestPayer: null;
}

/** The virtual-account part of a payment. */
export interface PaymentVirtualAccount {
  readonly accountType: '일반';
  readonly accountNumber: string;
  readonly bankCode: string;
  readonly customerName: string;
  readonly dueDate: string;
  readonly refundStatus: 'NONE' | 'COMPLETED';
  readonly expired: boolean;
  readonly settlementStatus: 'INCOMPLETED' | 'COMPLETED';
  readonly refundReceiveAccount: null;
}

/** The Payment object of the provider's API, version 2022-11-16. Amounts in won, times ISO 8601 at +09:00. */
export interface Payment {
  readonly version: '2022-11-16';
  readonly mId: string;
  readonly paymentKey: string;
  readonly lastTransactionKey: string;
  readonly type: 'NORMAL';
  readonly orderId: string;
  readonly orderName: string;
  readonly currency: 'KRW';
  readonly country: 'KR';
  readonly method: '카드' | '가상계좌';
  readonly status: PaymentStatus;
  readonly totalAmount: number;
  readonly balanceAmount: number;
  readonly suppliedAmount: number;
  readonly vat: number;
  readonly taxFreeAmount: number;
  readonly taxExemptionAmount: 0;
  readonly requestedAt: string;
  readonly approvedAt: string | null;
  readonly useEscrow: false;
  readonly cultureExpense: false;
  readonly isPartialCancelable: boolean;
  readonly cancels: readonly Cancel[] | null;
  readonly card: PaymentCard | null;
  readonly virtualAccount: PaymentVirtualAccount | null;
  readonly secret: string;
  readonly receipt: { readonly url: string } | null;
  readonly checkout: { readonly url: string } | null;
  readonly failure: ErrorBody | null;
  readonly transfer: null;
  readonly mobilePhone: null;
  readonly giftCertificate: null;
  readonly easyPay: null;
  readonly cashReceipt: null;
  readonly cashReceipts: null;
  readonly discount: null;
  readonly metadata: null;
}

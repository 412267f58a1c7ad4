import type { Order } from '../domain/order.ts';
import type { RefusalCode } from '../domain/refusal.ts';
import type { ChargeRefusal } from './charge-outcome.ts';

/** How paying an order ended, for whoever asked. The order exists in every case. */
export type PaymentResult =
  | { readonly tag: 'paid'; readonly order: Order }
  /** The outcome is not known, or a deposit is awaited. */
  | { readonly tag: 'pending'; readonly order: Order }
  /** Nothing was charged. */
  | {
      readonly tag: 'unpaid';
      readonly order: Order;
      readonly code: 'payment_declined' | 'order_not_payable' | ChargeRefusal | RefusalCode;
      /** Names of the payment's fields that Payment refused. */
      readonly fields?: readonly string[] | undefined;
      readonly retryAfterMs?: number | undefined;
    };

/** The answer that the order itself gives, whatever this request learned about its own attempt. */
export const resultOf = (order: Order): PaymentResult => {
  switch (order.status) {
    case 'paymentProcessed':
      return { tag: 'paid', order };
    case 'created':
    case 'paymentPending':
      return { tag: 'pending', order };
    case 'paymentFailed':
      return { tag: 'unpaid', order, code: failureOf(order) };
    case 'canceled':
      return { tag: 'unpaid', order, code: 'order_not_payable' };
  }
};

/** An attempt without a status at Payment never began, and its reason says why; any other one was declined. */
const failureOf = ({ payment: { status, reason } }: Order): 'payment_declined' | ChargeRefusal => {
  if (status !== undefined) return 'payment_declined';
  return reason === 'card_invalid' || reason === 'payment_method_unsupported' || reason === 'payment_provider_error'
    ? reason
    : 'payment_abandoned';
};

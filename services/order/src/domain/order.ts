import type { OrderStatus, PaymentMethod, PaymentStatus } from '@shop/contracts';

/** One unit bought, at the price it had then. */
export interface OrderItem {
  readonly productId: string;
  readonly name: string;
  /** Whole won. */
  readonly price: number;
}

export interface Address {
  readonly name: string;
  readonly street: string;
  readonly city: string;
  readonly postalCode: string;
  readonly country: string;
}

/** What is kept of a payment. Of the card, the last four digits and nothing else. */
export interface OrderPayment {
  readonly method: PaymentMethod;
  /** As Payment last said; absent while it has not answered, and when no charge was ever started. */
  readonly status?: PaymentStatus;
  readonly last4?: string;
  readonly reason?: string;
  /** Where the money is to be sent; present while a deposit is awaited. */
  readonly virtualAccount?: VirtualAccount;
}

/** An account that was opened for one order. */
export interface VirtualAccount {
  readonly accountNumber: string;
  readonly bankCode: string;
  /** ISO 8601. */
  readonly dueDate: string;
}

/** That the money of an attempt is to be given back, from the moment somebody asked until Payment has answered. */
export interface Cancellation {
  readonly attempt: number;
  readonly requestedAt: Date;
}

export interface HistoryEntry {
  readonly at: Date;
  readonly from: OrderStatus | null;
  readonly to: OrderStatus;
  readonly reason?: string;
}

export interface Order {
  readonly orderId: string;
  readonly userId: string;
  readonly items: readonly OrderItem[];
  /** Whole won: the sum of the items' prices. */
  readonly totalAmount: number;
  readonly address: Address;
  readonly payment: OrderPayment;
  /** Which try at paying; the first is 1. */
  readonly attempt: number;
  readonly status: OrderStatus;
  /** Present while the order is being canceled; its status says what it was until Payment has answered. */
  readonly cancellation?: Cancellation;
  /** Grows by one with every write; a write names the one it was computed from. */
  readonly version: number;
  readonly history: readonly HistoryEntry[];
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

/** Every move an order may make. A paid order is never unpaid again; its money can only be given back. */
const MOVES: Record<OrderStatus, readonly OrderStatus[]> = {
  created: ['paymentPending', 'canceled'],
  paymentPending: ['paymentProcessed', 'paymentFailed', 'canceled'],
  paymentFailed: ['paymentPending', 'canceled'],
  paymentProcessed: ['canceled'],
  canceled: [],
};

/** True when an order may go from one status straight to the other. */
export const canMove = (from: OrderStatus, to: OrderStatus): boolean => MOVES[from].includes(to);

/** What a move changes beside the status. */
export interface MoveFacts {
  readonly at: Date;
  readonly reason?: string | undefined;
  readonly attempt?: number;
  readonly payment?: OrderPayment;
}

/**
 * The order after a move, one version on, with the move in its history.
 * @throws {Error} a move that the state machine does not have.
 */
export const move = (order: Order, to: OrderStatus, facts: MoveFacts): Order => {
  if (!canMove(order.status, to)) throw new Error(`an order cannot go from ${order.status} to ${to}`);
  return {
    ...order,
    status: to,
    version: order.version + 1,
    attempt: facts.attempt ?? order.attempt,
    payment: facts.payment ?? order.payment,
    history: [
      ...order.history,
      { at: facts.at, from: order.status, to, ...(facts.reason === undefined ? {} : { reason: facts.reason }) },
    ],
    updatedAt: facts.at,
  };
};

/** Since when an order waits for Payment's word; undefined when it is at rest. */
export const waitingSince = ({ status, cancellation, history, createdAt }: Order): Date | undefined => {
  if (cancellation !== undefined) return cancellation.requestedAt;
  return status === 'paymentPending' || status === 'created' ? (history.at(-1)?.at ?? createdAt) : undefined;
};

/** What a new order is made of. */
export type NewOrder = Pick<Order, 'orderId' | 'userId' | 'items' | 'totalAmount' | 'address' | 'payment'>;

/**
 * A new order that already waits for its first attempt. It is written once, in this state: an order that was only
 * `created` when its process died would look the same as one whose charge is under way, and is treated the same.
 */
export const newOrder = (facts: NewOrder, at: Date): Order => ({
  ...facts,
  attempt: 1,
  status: 'paymentPending',
  version: 1,
  history: [
    { at, from: null, to: 'created' },
    { at, from: 'created', to: 'paymentPending' },
  ],
  createdAt: at,
  updatedAt: at,
});

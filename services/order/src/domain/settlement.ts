import type { PaymentStatus } from '@shop/contracts';
import { completeCancellation } from './cancellation.ts';
import { move, type Order, type OrderPayment, type VirtualAccount } from './order.ts';

/** The end of a payment attempt, or news of it, whoever brings it. */
export interface Settlement {
  readonly attempt: number;
  /** `notStarted`: no charge was made and none can be made any more under this attempt. */
  readonly status: PaymentStatus | 'notStarted';
  readonly reason?: string | undefined;
  /** Comes with `WaitingForDeposit`. */
  readonly virtualAccount?: VirtualAccount | undefined;
}

/** Bound of a kept reason, in characters; the same as the event's in its contract. */
const MAX_REASON_LENGTH = 200;

const paymentAfter = (order: Order, { status, reason, virtualAccount }: Settlement): OrderPayment => ({
  method: order.payment.method,
  ...(order.payment.last4 === undefined ? {} : { last4: order.payment.last4 }),
  ...(status === 'notStarted' ? {} : { status }),
  ...(reason === undefined ? {} : { reason: reason.slice(0, MAX_REASON_LENGTH) }),
  ...(status === 'WaitingForDeposit' && virtualAccount !== undefined ? { virtualAccount } : {}),
});

/**
 * The order once it has heard of a settlement, or undefined when that changes nothing: heard before, or about an
 * attempt that is no longer the order's. Money that was taken counts whichever attempt took it, because Payment keeps
 * at most one live attempt per order.
 */
export const settle = (order: Order, settlement: Settlement, at: Date): Order | undefined => {
  const { status, attempt } = settlement;
  const isCurrent = attempt === order.attempt;
  const facts = { at, attempt, payment: paymentAfter(order, settlement), reason: settlement.reason };
  switch (status) {
    case 'Approved': {
      if (order.status === 'paymentPending') return move(order, 'paymentProcessed', facts);
      // A charge that turned up after its attempt was given up: both moves in one write, so history stays a path.
      if (order.status === 'paymentFailed') {
        return asOneWrite(order, move(move(order, 'paymentPending', { at, attempt }), 'paymentProcessed', facts));
      }
      // Money for an order that nobody wants any more goes back, and until it has the order is not at rest.
      if (order.status === 'canceled' && order.payment.status !== 'Canceled' && order.cancellation === undefined) {
        const cancellation = { attempt, requestedAt: at };
        return { ...order, cancellation, payment: facts.payment, version: order.version + 1, updatedAt: at };
      }
      return undefined;
    }
    case 'Rejected':
    case 'notStarted': {
      if (!isCurrent || order.status !== 'paymentPending') return undefined;
      // Nothing is left to give back, and nobody wants to pay any more.
      if (order.cancellation !== undefined) return completeCancellation(order, at);
      return move(order, 'paymentFailed', facts);
    }
    case 'Canceled': {
      if (order.cancellation?.attempt === attempt) return completeCancellation(order, at);
      if (!isCurrent) return undefined;
      // Taken and given back, by somebody at the provider: Payment allows no further attempt, so none is offered.
      if (order.status === 'paymentPending' || order.status === 'paymentProcessed')
        return move(order, 'canceled', facts);
      return undefined;
    }
    case 'Pending':
    case 'WaitingForDeposit': {
      if (!isCurrent || order.status !== 'paymentPending' || order.payment.status === status) return undefined;
      // An account that was issued is not unissued by news that is older.
      if (order.payment.status === 'WaitingForDeposit') return undefined;
      return { ...order, payment: facts.payment, version: order.version + 1, updatedAt: at };
    }
  }
};

const asOneWrite = (before: Order, after: Order): Order => ({ ...after, version: before.version + 1 });

/** The order waiting for an attempt that Payment says is live, instead of one that Payment never started. */
export const adoptAttempt = (order: Order, attempt: number, at: Date): Order => ({
  ...order,
  attempt,
  version: order.version + 1,
  updatedAt: at,
});

import type { Order as OrderView } from '@shop/contracts';
import type { Order } from './order.ts';

/** An order as its owner reads it: every field is named here, so a new one in the store stays inside until it is too. */
export const viewOf = (order: Order): OrderView => ({
  orderId: order.orderId,
  status: order.status,
  items: order.items.map(({ productId, name, price }) => ({ productId, name, price })),
  totalAmount: order.totalAmount,
  address: {
    name: order.address.name,
    street: order.address.street,
    city: order.address.city,
    postalCode: order.address.postalCode,
    country: order.address.country,
  },
  payment: {
    method: order.payment.method,
    status: order.payment.status,
    last4: order.payment.last4,
    reason: order.payment.reason,
    virtualAccount: virtualAccountOf(order),
  },
  attempt: order.attempt,
  history: order.history.map(({ at, from, to, reason }) => ({ at: at.toISOString(), from, to, reason })),
  createdAt: order.createdAt.toISOString(),
  updatedAt: order.updatedAt.toISOString(),
});

const virtualAccountOf = ({ payment: { virtualAccount } }: Order): OrderView['payment']['virtualAccount'] =>
  virtualAccount === undefined
    ? undefined
    : {
        accountNumber: virtualAccount.accountNumber,
        bankCode: virtualAccount.bankCode,
        dueDate: virtualAccount.dueDate,
      };

import { contract, event, reason, unary } from 'cmdrpc/contract';
import { z } from 'zod';
import { attempt, paymentMethod, paymentStatus, virtualAccount } from './payment.ts';
import { won } from './shared/money.ts';
import { cursor, pageLimit } from './shared/paging.ts';
import { nothing } from './shared/refusals.ts';

export const orderStatus = z.enum(['created', 'paymentPending', 'paymentProcessed', 'paymentFailed', 'canceled']);
export type OrderStatus = z.infer<typeof orderStatus>;

const line = (max: number) => z.string().trim().min(1).max(max);

export const address = z.strictObject({
  name: line(100),
  street: line(200),
  city: line(100),
  postalCode: line(20),
  country: line(60),
});

const instant = z.iso.datetime();

/** An order as its owner reads it. An allow-list: what is not named here does not leave the service. */
export const order = z.object({
  orderId: z.uuid(),
  status: orderStatus,
  items: z.array(z.object({ productId: z.uuid(), name: z.string(), price: won })),
  totalAmount: won,
  address,
  payment: z.object({
    method: paymentMethod,
    status: paymentStatus.optional(),
    last4: z.string().max(4).optional(),
    reason: z.string().optional(),
    /** Present while a deposit is awaited. */
    virtualAccount: virtualAccount.optional(),
  }),
  attempt,
  history: z.array(
    z.object({ at: instant, from: orderStatus.nullable(), to: orderStatus, reason: z.string().optional() }),
  ),
  createdAt: instant,
  updatedAt: instant,
});
export type Order = z.infer<typeof order>;

/** Orders, for the other services; customers go through HTTP. */
export const orderContract = contract(
  'order',
  { version: '1.0.0' },
  {
    get_order_info: unary({
      summary: 'One order, whoever owns it.',
      input: z.strictObject({ orderId: z.uuid() }),
      output: order,
      effect: 'read',
      timeoutMs: 2_000,
      errors: { order_not_found: reason('not_found', nothing) },
    }),
    list_orders: unary({
      summary: 'The orders of one user by pages, newest first.',
      input: z.strictObject({ userId: z.uuid(), cursor: cursor.optional(), limit: pageLimit }),
      output: z.object({ orders: z.array(order), nextCursor: cursor.optional() }),
      effect: 'read',
      timeoutMs: 3_000,
      errors: { cursor_invalid: reason('invalid_argument', nothing) },
    }),
    payment_settled: event({
      summary: 'An attempt reached its end. Sent at least once; hearing it twice changes nothing.',
      input: z.strictObject({
        orderId: z.uuid(),
        attempt,
        paymentId: z.uuid(),
        paymentStatus,
        reason: z.string().max(200).optional(),
        settledAt: instant,
      }),
      effect: 'idempotent',
      timeoutMs: 5_000,
    }),
  },
);

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type OrderStatus, orderStatus } from '@shop/contracts';
import { canMove, move, newOrder } from './order.ts';

const at = new Date('2026-11-23T06:00:00Z');
const later = new Date('2026-11-23T06:00:01Z');
const order = newOrder(
  {
    orderId: '0193c0de-0000-7000-8000-000000000001',
    userId: '0193c0de-0000-7000-8000-000000000002',
    items: [],
    totalAmount: 0,
    address: { name: 'a', street: 'b', city: 'c', postalCode: 'd', country: 'e' },
    payment: { method: 'CreditCard' },
  },
  at,
);

test('a new order waits for its first attempt and its history says how it got there', () => {
  assert.deepEqual([order.status, order.attempt, order.version], ['paymentPending', 1, 1]);
  assert.deepEqual(
    order.history.map(({ from, to }) => [from, to]),
    [
      [null, 'created'],
      ['created', 'paymentPending'],
    ],
  );
});

test('the moves are these and no others', () => {
  const allowed = orderStatus.options.flatMap((from) =>
    orderStatus.options.filter((to) => canMove(from, to)).map((to) => `${from} → ${to}`),
  );
  assert.deepEqual(allowed, [
    'created → paymentPending',
    'created → canceled',
    'paymentPending → paymentProcessed',
    'paymentPending → paymentFailed',
    'paymentPending → canceled',
    'paymentProcessed → canceled',
    'paymentFailed → paymentPending',
    'paymentFailed → canceled',
  ]);
});

test('a move grows the version by one, appends to the history and leaves the order it came from alone', () => {
  const failed = move(order, 'paymentFailed', { at: later, reason: 'REJECT_CARD_PAYMENT' });
  assert.deepEqual([failed.version, failed.updatedAt, failed.createdAt], [2, later, at]);
  assert.deepEqual(failed.history.at(-1), {
    at: later,
    from: 'paymentPending',
    to: 'paymentFailed',
    reason: 'REJECT_CARD_PAYMENT',
  });
  assert.deepEqual([order.status, order.history.length], ['paymentPending', 2]);
});

test('a move that is not there throws', () => {
  const paid = move(order, 'paymentProcessed', { at });
  for (const to of ['paymentPending', 'paymentFailed', 'created'] satisfies OrderStatus[]) {
    assert.throws(() => move(paid, to, { at }), /cannot go from paymentProcessed/);
  }
});

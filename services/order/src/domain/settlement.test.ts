import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { OrderStatus } from '@shop/contracts';
import { beginCancellation, completeCancellation } from './cancellation.ts';
import { canMove, move, newOrder, type Order } from './order.ts';
import { adoptAttempt, type Settlement, settle } from './settlement.ts';

const at = new Date('2026-11-23T06:00:00Z');
const pending = newOrder(
  {
    orderId: '0193c0de-0000-7000-8000-000000000001',
    userId: '0193c0de-0000-7000-8000-000000000002',
    items: [],
    totalAmount: 0,
    address: { name: 'a', street: 'b', city: 'c', postalCode: 'd', country: 'e' },
    payment: { method: 'CreditCard', last4: '4242' },
  },
  at,
);
const failed = move(pending, 'paymentFailed', { at });
const paid = move(pending, 'paymentProcessed', { at });
const refunded = completeCancellation(beginCancellation(paid, at), at);
assert.ok(refunded !== undefined);
const ORDERS: Record<string, Order> = {
  refunded,
  'being canceled': beginCancellation(pending, at),
  'paid and being canceled': beginCancellation(paid, at),
  'awaiting a deposit': { ...pending, payment: { method: 'VirtualAccount', status: 'WaitingForDeposit' } },
  pending,
  failed,
  paid,
  canceled: move(pending, 'canceled', { at }),
  'pending again': move(failed, 'paymentPending', { at, attempt: 2 }),
};

/** Order, news, the status it then has; undefined where nothing changes. */
const ROWS: [string, Settlement['status'], number, OrderStatus | undefined][] = [
  ['pending', 'Approved', 1, 'paymentProcessed'],
  ['pending', 'Rejected', 1, 'paymentFailed'],
  ['pending', 'notStarted', 1, 'paymentFailed'],
  ['pending', 'Canceled', 1, 'canceled'],
  ['pending', 'Pending', 1, 'paymentPending'],
  ['pending', 'WaitingForDeposit', 1, 'paymentPending'],
  ['pending again', 'Approved', 2, 'paymentProcessed'],
  ['pending again', 'Approved', 1, 'paymentProcessed'],
  ['pending again', 'Rejected', 1, undefined],
  ['pending again', 'notStarted', 1, undefined],
  ['pending again', 'Canceled', 1, undefined],
  ['pending again', 'Pending', 1, undefined],
  ['failed', 'Approved', 1, 'paymentProcessed'],
  ['failed', 'Rejected', 1, undefined],
  ['failed', 'notStarted', 1, undefined],
  ['failed', 'Canceled', 1, undefined],
  ['failed', 'Pending', 1, undefined],
  ['paid', 'Approved', 1, undefined],
  ['paid', 'Rejected', 1, undefined],
  ['paid', 'notStarted', 1, undefined],
  ['paid', 'Pending', 1, undefined],
  ['paid', 'Canceled', 1, 'canceled'],
  ['paid', 'Canceled', 2, undefined],
  ['canceled', 'Approved', 1, 'canceled'],
  ['refunded', 'Approved', 1, undefined],
  ['being canceled', 'Approved', 1, 'paymentProcessed'],
  ['being canceled', 'Rejected', 1, 'canceled'],
  ['being canceled', 'Canceled', 1, 'canceled'],
  ['paid and being canceled', 'Canceled', 1, 'canceled'],
  ['paid and being canceled', 'Approved', 1, undefined],
  ['awaiting a deposit', 'Pending', 1, undefined],
  ['awaiting a deposit', 'Approved', 1, 'paymentProcessed'],
  ['canceled', 'Rejected', 1, undefined],
];

for (const [name, status, attempt, expected] of ROWS) {
  test(`an order that is ${name} hears ${status} of attempt ${attempt}: ${expected ?? 'nothing changes'}`, () => {
    const order = ORDERS[name];
    assert.ok(order !== undefined);
    const after = settle(order, { attempt, status }, at);
    assert.equal(after?.status, expected);
    if (after === undefined) return;
    assert.equal(after.version, order.version + 1, 'one write');
    assert.equal(settle(after, { attempt, status }, at), undefined, 'hearing it again changes nothing');
    for (const { from, to } of after.history) assert.ok(from === null || canMove(from, to), `${from} → ${to}`);
  });
}

test('what is kept of the payment is its status, the reason and the last four digits', () => {
  const after = settle(pending, { attempt: 1, status: 'Rejected', reason: 'x'.repeat(300) }, at);
  assert.deepEqual(after?.payment, {
    method: 'CreditCard',
    last4: '4242',
    status: 'Rejected',
    reason: 'x'.repeat(200),
  });
  const never = settle(pending, { attempt: 1, status: 'notStarted', reason: 'card_invalid' }, at);
  assert.deepEqual(never?.payment, { method: 'CreditCard', last4: '4242', reason: 'card_invalid' });
});

test('adopting an attempt changes which one is waited for and no status', () => {
  const order = ORDERS['pending again'];
  assert.ok(order !== undefined);
  const adopted = adoptAttempt(order, 1, at);
  assert.deepEqual(
    [adopted.attempt, adopted.status, adopted.history.length],
    [1, 'paymentPending', order.history.length],
  );
});

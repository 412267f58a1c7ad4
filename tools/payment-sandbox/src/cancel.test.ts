import assert from 'node:assert/strict';
import { test } from 'node:test';
import { afterCancel } from './cancel.ts';
import { newPayment } from './new-payment.ts';
import type { Payment } from './payment.ts';

const AT = '2026-11-22T09:00:00+09:00';
const paid = newPayment(
  { orderId: 'order-000001', orderName: 'x', method: '카드', status: 'DONE', amount: 3_000, taxFreeAmount: 800 },
  { paymentKey: 'k', transactionKey: 't', secret: 's', nowMs: 0 },
);

test('a full cancellation leaves nothing on the balance', () => {
  const canceled = afterCancel(paid, { cancelReason: 'no stock' }, 't2', AT);
  assert.equal(canceled.status, 'CANCELED');
  const { balanceAmount, suppliedAmount, vat, taxFreeAmount } = canceled;
  assert.deepEqual({ balanceAmount, suppliedAmount, vat, taxFreeAmount }, splitOf(0, 0, 0, 0));
  assert.equal(canceled.lastTransactionKey, 't2');
  assert.equal(canceled.cancels?.[0]?.taxFreeAmount, 800);
});

test('partial cancellations add up, and the last one makes it full', () => {
  const first = afterCancel(paid, { cancelReason: 'one', cancelAmount: 1_100 }, 't2', AT);
  assert.equal(first.status, 'PARTIAL_CANCELED');
  assert.equal(first.balanceAmount, 1_900);
  const last = afterCancel(first, { cancelReason: 'two', cancelAmount: 1_900, taxFreeAmount: 800 }, 't3', AT);
  assert.equal(last.status, 'CANCELED');
  assert.deepEqual(
    last.cancels?.map((cancel) => cancel.refundableAmount),
    [1_900, 0],
  );
});

test('the tax-free part must fit what is canceled and what is left', () => {
  for (const amounts of [
    { cancelAmount: 500, taxFreeAmount: 600 },
    { cancelAmount: 1_000, taxFreeAmount: 801 },
    { cancelAmount: 2_900, taxFreeAmount: 0 },
  ]) {
    assert.throws(() => afterCancel(paid, { cancelReason: 'x', ...amounts }, 't', AT), { code: 'INVALID_REQUEST' });
  }
});

test('a payment takes no more than 100 cancellations', () => {
  let payment: Payment = paid;
  for (let count = 0; count < 100; count += 1) {
    payment = afterCancel(payment, { cancelReason: 'x', cancelAmount: 1 }, 't', AT);
  }
  assert.throws(() => afterCancel(payment, { cancelReason: 'x', cancelAmount: 1 }, 't', AT), {
    code: 'EXCEED_CANCEL_LIMIT',
  });
});

function splitOf(balanceAmount: number, suppliedAmount: number, vat: number, taxFreeAmount: number) {
  return { balanceAmount, suppliedAmount, vat, taxFreeAmount };
}

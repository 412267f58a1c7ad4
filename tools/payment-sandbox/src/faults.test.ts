import assert from 'node:assert/strict';
import { test } from 'node:test';
import { distort, readFaults } from './faults.ts';
import { newPayment } from './new-payment.ts';
import { committedAnswer, refusalAnswer } from './provider-answer.ts';

const payment = newPayment(
  { orderId: 'order-000001', orderName: 'x', method: '카드', status: 'DONE', amount: 3_000, taxFreeAmount: 0 },
  { paymentKey: 'k', transactionKey: 't', secret: 's', nowMs: 0 },
);
const approved = committedAnswer(payment);
const refused = refusalAnswer('INVALID_REQUEST', 'en');

test('every knob is read, and no knobs mean no faults', () => {
  const all = {
    delayMs: 5,
    dropBeforeCommit: true,
    dropAfterCommit: false,
    errorAfterCommit: 503,
    wrongAmount: true,
    nonJson: true,
    notFoundMs: 9,
    webhookCopies: 2,
    webhookStale: true,
  };
  assert.deepEqual(readFaults(all), { faults: all });
  assert.deepEqual(readFaults({}), { faults: {} });
});

test('a wrong knob is refused by name', () => {
  const wrong: [unknown, RegExp][] = [
    [{ delay: 5 }, /"delay"/],
    [{ delayMs: '5' }, /delayMs/],
    [{ delayMs: -1 }, /delayMs/],
    [{ errorAfterCommit: 400 }, /errorAfterCommit/],
    [{ dropAfterCommit: 1 }, /dropAfterCommit/],
    [{ notFoundMs: 1.5 }, /notFoundMs/],
    [undefined, /faults/],
    [[], /faults/],
  ];
  for (const [input, named] of wrong) {
    const reading = readFaults(input);
    assert.ok('problem' in reading);
    assert.match(reading.problem, named);
  }
});

test('faults after the commit touch only answers that wrote a payment', () => {
  assert.deepEqual(distort(approved, { dropAfterCommit: true }, 'en'), { kind: 'cut' });
  assert.deepEqual(distort(refused, { dropAfterCommit: true, errorAfterCommit: 500 }, 'en'), {
    kind: 'answer',
    status: 400,
    body: refused.body,
  });
  const error = distort(approved, { errorAfterCommit: 502 }, 'en');
  assert.ok(error.kind === 'answer' && error.status === 502 && 'code' in error.body);
});

test('a wrong amount is one won more and leaves the payment itself alone', () => {
  const wrong = distort(approved, { wrongAmount: true }, 'en');
  assert.ok(wrong.kind === 'answer' && 'paymentKey' in wrong.body);
  assert.equal(wrong.body.totalAmount, 3_001);
  assert.equal(payment.totalAmount, 3_000);
});

test('a non-JSON answer is a page with status 200', () => {
  const page = distort(approved, { nonJson: true }, 'en');
  assert.ok(page.kind === 'text' && page.status === 200);
  assert.throws(() => JSON.parse(page.text));
});

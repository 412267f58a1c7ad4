import assert from 'node:assert/strict';
import { test } from 'node:test';
import { classifyCancel, classifyCharge, classifyLookup } from './classify.ts';
import { DECLINES, MISCONFIGURATIONS } from './codes.ts';

const EXPECTED = { providerOrderId: 'order-1', amount: 3_000 };
const DONE = { paymentKey: 'key-1', orderId: 'order-1', status: 'DONE', totalAmount: 3_000, balanceAmount: 3_000 };

const answer = (statusCode: number, body: unknown) =>
  ({
    kind: 'answer',
    statusCode,
    body: typeof body === 'string' ? body : JSON.stringify(body),
    traceId: undefined,
  }) as const;
const charged = (statusCode: number, body: unknown) => classifyCharge(answer(statusCode, body), EXPECTED);
const found = (statusCode: number, body: unknown) => classifyLookup(answer(statusCode, body), EXPECTED);

test('200, DONE, the same order and amount, and a payment key are an approval', () => {
  const body = {
    ...DONE,
    approvedAt: '2026-11-23T12:00:00+09:00',
    card: { approveNo: '00000000', issuerCode: '71', number: '12345678****000*' },
    somethingNew: [1],
  };
  assert.deepEqual(charged(200, body), {
    kind: 'approved',
    paymentKey: 'key-1',
    approveNo: '00000000',
    issuerCode: '71',
    approvedAt: '2026-11-23T12:00:00+09:00',
  });
});

test('an approval does not depend on what is only kept for the record', () => {
  for (const extra of [{}, { card: null, approvedAt: null }, { card: 'odd', approvedAt: 'soon' }])
    assert.equal(charged(200, { ...DONE, ...extra }).kind, 'approved');
});

const MISMATCHES: [name: string, body: unknown, cause: string, paymentKey: string | undefined][] = [
  ['another amount', { ...DONE, totalAmount: 3_001 }, 'amount_mismatch', 'key-1'],
  ['the amount as a text', { ...DONE, totalAmount: '3000' }, 'unreadable_reply', undefined],
  ['another order', { ...DONE, orderId: 'order-2' }, 'order_id_mismatch', undefined],
  ['another state', { ...DONE, status: 'IN_PROGRESS' }, 'status_not_done', 'key-1'],
  ['a virtual account', { ...DONE, status: 'WAITING_FOR_DEPOSIT' }, 'status_not_done', 'key-1'],
  ['an empty payment key', { ...DONE, paymentKey: '' }, 'unreadable_reply', undefined],
  ['no payment key', { ...DONE, paymentKey: undefined }, 'unreadable_reply', undefined],
  ['a refusal under 200', { code: 'REJECT_CARD_PAYMENT', message: '' }, 'unreadable_reply', undefined],
  ['no JSON', '<html></html>', 'unreadable_reply', undefined],
  ['nothing', '', 'unreadable_reply', undefined],
  ['null', 'null', 'unreadable_reply', undefined],
];
for (const [name, body, cause, paymentKey] of MISMATCHES) {
  test(`200 with ${name} is unknown`, () => {
    const outcome = charged(200, body);
    assert.equal(outcome.kind, 'unknown');
    assert.deepEqual(
      { ...outcome, kind: 'unknown' },
      {
        kind: 'unknown',
        cause,
        ...(paymentKey === undefined ? {} : { paymentKey }),
      },
    );
  });
}

for (const code of DECLINES) {
  test(`${code} is a decline`, () => {
    assert.deepEqual(charged(400, { code, message: 'x' }), { kind: 'rejected', code });
    assert.deepEqual(charged(403, { code, message: 'x' }), { kind: 'rejected', code });
  });
}

for (const code of MISCONFIGURATIONS) {
  test(`${code} is our fault, not the card's`, () => {
    assert.deepEqual(charged(code === 'UNAUTHORIZED_KEY' ? 401 : 400, { code }), { kind: 'misconfigured', code });
  });
}

const UNKNOWN: [statusCode: number, code: string][] = [
  [400, 'PROVIDER_ERROR'],
  [400, 'CARD_PROCESSING_ERROR'],
  [400, 'ALREADY_PROCESSED_PAYMENT'],
  [400, 'DUPLICATED_ORDER_ID'],
  [409, 'IDEMPOTENT_REQUEST_PROCESSING'],
  [403, 'FORBIDDEN_CONSECUTIVE_REQUEST'],
  [500, 'FAILED_INTERNAL_SYSTEM_PROCESSING'],
  [500, 'FAILED_PAYMENT_INTERNAL_SYSTEM_PROCESSING'],
  [500, 'FAILED_DB_PROCESSING'],
  [500, 'FAILED_CARD_COMPANY_RESPONSE'],
  [500, 'COMMON_ERROR'],
  [500, 'UNKNOWN_PAYMENT_ERROR'],
  [404, 'NOT_FOUND_PAYMENT'],
  [400, 'A_CODE_OF_TOMORROW'],
  [400, 'INVALID_CARD_OF_TOMORROW'],
];
for (const [statusCode, code] of UNKNOWN) {
  test(`${statusCode} ${code} is unknown`, () => {
    assert.deepEqual(charged(statusCode, { code, message: '' }), {
      kind: 'unknown',
      cause: `status_${statusCode}`,
      code,
    });
  });
}

test('a decline under a status of the server, of overload or of a redirect proves nothing', () => {
  for (const statusCode of [500, 502, 503, 429, 301, 302, 201])
    assert.equal(charged(statusCode, { code: 'REJECT_CARD_PAYMENT' }).kind, 'unknown');
});

test('an error without a readable code is unknown', () => {
  for (const body of ['', 'Bad Gateway', '{}', '{"code":1}', { code: 'with spaces and 4242424242424242' }])
    assert.deepEqual(charged(400, body), { kind: 'unknown', cause: 'status_400', code: undefined });
});

test('nothing written is not sent, and anything lost after that is unknown', () => {
  assert.deepEqual(classifyCharge({ kind: 'not_sent', errorCode: 'ECONNREFUSED' }, EXPECTED), {
    kind: 'not_sent',
    cause: 'ECONNREFUSED',
  });
  assert.deepEqual(classifyCharge({ kind: 'lost', errorCode: 'ECONNRESET' }, EXPECTED), {
    kind: 'unknown',
    cause: 'ECONNRESET',
  });
});

test('a lookup tells approved, failed, under way, refunded and absent apart', () => {
  assert.equal(found(200, DONE).kind, 'approved');
  assert.deepEqual(found(200, { ...DONE, status: 'ABORTED', failure: { code: 'REJECT_CARD_PAYMENT' } }), {
    kind: 'rejected',
    code: 'REJECT_CARD_PAYMENT',
  });
  assert.deepEqual(found(200, { ...DONE, status: 'EXPIRED' }), { kind: 'rejected', code: 'EXPIRED' });
  assert.deepEqual(found(200, { ...DONE, status: 'IN_PROGRESS' }), { kind: 'in_progress' });
  assert.deepEqual(found(404, { code: 'NOT_FOUND_PAYMENT' }), { kind: 'not_found' });
});

test('a lookup takes a payment for refunded when nothing of it is left, under either name', () => {
  for (const status of ['CANCELED', 'PARTIAL_CANCELED']) {
    assert.deepEqual(found(200, { ...DONE, status, balanceAmount: 0 }), { kind: 'canceled', paymentKey: 'key-1' });
    assert.equal(found(200, { ...DONE, status, balanceAmount: 1_000 }).kind, 'unknown');
  }
});

test('a lookup that finds another amount, another order or no answer settles nothing', () => {
  assert.equal(found(200, { ...DONE, totalAmount: 1 }).kind, 'unknown');
  assert.equal(found(200, { ...DONE, orderId: 'order-2', status: 'ABORTED' }).kind, 'unknown');
  assert.equal(found(404, '<html></html>').kind, 'unknown');
  assert.equal(found(403, { code: 'FORBIDDEN_CONSECUTIVE_REQUEST' }).kind, 'unknown');
  assert.equal(classifyLookup({ kind: 'not_sent', errorCode: 'ECONNREFUSED' }, EXPECTED).kind, 'unknown');
});

const ACCOUNT = { accountNumber: 'X123', bankCode: '20', dueDate: '2026-12-01T09:00:00+09:00', expired: false };
const WAITING = { ...DONE, status: 'WAITING_FOR_DEPOSIT', secret: 'ps_1', virtualAccount: ACCOUNT };
const AWAITING = {
  kind: 'awaiting_deposit',
  paymentKey: 'key-1',
  secret: 'ps_1',
  accountNumber: 'X123',
  bankCode: '20',
  dueAt: new Date('2026-12-01T00:00:00Z'),
};

test('an issued account and a waiting one read the same; a due date without an offset is Korean', () => {
  assert.deepEqual(charged(200, WAITING), AWAITING);
  assert.deepEqual(found(200, WAITING), AWAITING);
  const local = { ...WAITING, virtualAccount: { ...ACCOUNT, dueDate: '2026-12-01T09:00:00' } };
  assert.deepEqual(charged(200, local), AWAITING);
});

test('an account that lacks what a deposit needs is no account', () => {
  for (const lacking of [
    { secret: null },
    { virtualAccount: null },
    { virtualAccount: { ...ACCOUNT, dueDate: 'soon' } },
  ])
    assert.equal(charged(200, { ...WAITING, ...lacking }).kind, 'unknown');
  assert.equal(charged(200, { ...WAITING, totalAmount: 1 }).kind, 'unknown');
});

test('an account that has run out is over, though its status may not say so', () => {
  const expired = { ...WAITING, virtualAccount: { ...ACCOUNT, expired: true } };
  assert.deepEqual(found(200, expired), { kind: 'rejected', code: 'EXPIRED' });
});

const canceled = (statusCode: number, body: unknown) => classifyCancel(answer(statusCode, body), 'order-1').kind;

test('a cancellation is done when nothing is left of the payment, or was before', () => {
  assert.equal(canceled(200, { ...DONE, status: 'PARTIAL_CANCELED', balanceAmount: 0 }), 'canceled');
  assert.equal(canceled(400, { code: 'ALREADY_CANCELED_PAYMENT' }), 'canceled');
  assert.equal(canceled(400, { code: 'ALREADY_REFUND_PAYMENT' }), 'canceled');
});

test('a cancellation is refused, or we are, only by a code that says so', () => {
  assert.equal(canceled(403, { code: 'EXCEED_MAX_REFUND_DUE' }), 'refused');
  assert.equal(canceled(400, { code: 'INVALID_REFUND_ACCOUNT_INFO' }), 'refused');
  assert.equal(canceled(401, { code: 'UNAUTHORIZED_KEY' }), 'misconfigured');
});

test('whatever else a cancellation answers leaves it unknown', () => {
  assert.equal(canceled(200, DONE), 'unknown');
  assert.equal(canceled(200, { ...DONE, orderId: 'order-2', balanceAmount: 0 }), 'unknown');
  assert.equal(canceled(200, '<html></html>'), 'unknown');
  assert.equal(canceled(500, { code: 'FAILED_REFUND_PROCESS' }), 'unknown');
  assert.equal(canceled(500, { code: 'REFUND_REJECTED' }), 'unknown');
  assert.equal(canceled(409, { code: 'IDEMPOTENT_REQUEST_PROCESSING' }), 'unknown');
  assert.equal(canceled(403, { code: 'FORBIDDEN_CONSECUTIVE_REQUEST' }), 'unknown');
  assert.equal(canceled(404, { code: 'NOT_FOUND_PAYMENT' }), 'unknown');
  assert.equal(classifyCancel({ kind: 'lost', errorCode: 'ECONNRESET' }, 'order-1').kind, 'unknown');
  assert.equal(classifyCancel({ kind: 'not_sent', errorCode: 'ECONNREFUSED' }, 'order-1').kind, 'not_sent');
});

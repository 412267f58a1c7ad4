import assert from 'node:assert/strict';
import { test } from 'node:test';
import { GOOD_CARD_BEGINS } from '../cards.ts';
import type { OrderView, Told } from '../customer.ts';
import type { AttemptRow, Charge, Evidence } from '../evidence.ts';
import { brokenBy } from './all.ts';
import { describe } from './finding.ts';

// Each promise is broken by hand once: an invariant that cannot fail holds nothing.

const ORDER = '01930e5c-7d4a-7c3e-8b1f-5a2d9c4e6f70';
const OWNER = '5f0c7a52-0c1d-4d50-9f0e-0d3c4d6f7a01';
const STRANGER = '5f0c7a52-0c1d-4d50-9f0e-0d3c4d6f7a02';
const AT = '2026-11-24T09:00:00.000Z';

const order = (moves: readonly string[], change: Partial<OrderView> = {}): OrderView => ({
  orderId: ORDER,
  status: moves.at(-1) ?? '',
  items: [{ price: 1_000 }, { price: 2_000 }],
  totalAmount: 3_000,
  attempt: 1,
  history: moves.map((to, i) => ({ from: moves[i - 1] ?? null, to, at: AT })),
  createdAt: AT,
  ...change,
});
const PAID = order(['created', 'paymentPending', 'paymentProcessed']);
const FAILED = order(['created', 'paymentPending', 'paymentFailed']);

const told = (change: Partial<Told>, view?: OrderView): Told => ({
  userId: OWNER,
  what: 'place',
  orderId: ORDER,
  key: 'k',
  startedMs: 0,
  endedMs: 10,
  status: 201,
  text: view === undefined ? '' : JSON.stringify(view),
  isReplayed: false,
  ...change,
});
const attempt = (change: Partial<AttemptRow> = {}): AttemptRow => ({
  orderId: ORDER,
  attempt: 1,
  status: 'approved',
  amount: 3_000,
  providerOrderId: ORDER,
  createdAt: new Date(AT),
  lateRefundedAt: null,
  ...change,
});
const charge = (change: Partial<Charge> = {}): Charge => ({
  orderId: ORDER,
  amount: 3_000,
  status: 'DONE',
  canceledAmount: 0,
  at: '2026-11-24T09:00:00.050Z',
  ...change,
});

interface Change extends Partial<Evidence> {
  readonly orders?: readonly OrderView[];
  readonly heard?: readonly Told[];
  readonly strangerHeard?: readonly Told[];
}

/** A paid order about which everybody agrees, changed. */
const evidence = ({ orders = [PAID], heard = [told({}, PAID)], strangerHeard = [], ...change }: Change): Evidence => ({
  seed: 7,
  customers: [
    { userId: OWNER, orders, told: heard },
    { userId: STRANGER, orders: [], told: strangerHeard },
  ],
  stored: [{ orderId: ORDER, userId: OWNER, status: 'paymentProcessed', isWatched: false }],
  attempts: [attempt()],
  charges: [charge()],
  unexpectedDeaths: [],
  atRestAfterMs: 100,
  ...change,
});

const broken = (change: Change): string[] => [...new Set(brokenBy(evidence(change)).map(({ name }) => name))].sort();

test('a paid order with one attempt and one charge breaks nothing', () => assert.deepEqual(broken({}), []));

test('two charges that are kept are I1, and one that was given back is not', () => {
  const second = { orderId: `${ORDER}_2`, providerOrderId: `${ORDER}_2` };
  const attempts = [attempt(), attempt({ attempt: 2, providerOrderId: second.providerOrderId })];
  assert.deepEqual(broken({ attempts, charges: [charge(), charge({ orderId: second.orderId })] }), ['I1', 'I2']);
  assert.deepEqual(
    broken({ attempts, charges: [charge({ canceledAmount: 3_000 }), charge({ orderId: second.orderId })] }),
    [],
  );
});

test('money that is kept for no paid order, or missing for one, is I2', () => {
  assert.deepEqual(broken({ charges: [] }), ['I2']);
  assert.deepEqual(broken({ orders: [FAILED], heard: [told({ status: 402 }, FAILED)] }), ['I2']);
  assert.deepEqual(broken({ orders: [], heard: [] }), ['I2']);
});

test('what does not come to rest in time is I3, and says who waits', () => {
  const waiting = evidence({
    atRestAfterMs: undefined,
    stored: [{ orderId: ORDER, userId: OWNER, status: 'paymentProcessed', isWatched: true }],
    attempts: [attempt({ status: 'refund_pending' })],
  });
  assert.deepEqual(brokenBy(waiting).map(describe), [
    `I3, seed 7, order ${ORDER}: it is still paymentProcessed and watched by recovery`,
    `I3, seed 7, order ${ORDER}: attempt 1 is still refund_pending`,
  ]);
});

test('amounts that differ are I4: items, attempt, charge', () => {
  assert.deepEqual(broken({ orders: [{ ...PAID, items: [{ price: 1_000 }] }] }), ['I4']);
  assert.deepEqual(broken({ attempts: [attempt({ amount: 2_999 })] }), ['I4']);
  assert.deepEqual(broken({ charges: [charge({ amount: 3_001, canceledAmount: 1 })] }), ['I4']);
});

test('a key that becomes two orders, or is repeated in two ways, is I5', () => {
  const other = { ...PAID, orderId: ORDER.replace('70', '71') };
  assert.ok(broken({ heard: [told({}, PAID), told({ orderId: other.orderId }, other)] }).includes('I5'));
  const repeated = [told({ isReplayed: true }, PAID), told({ isReplayed: true, status: 202 }, PAID)];
  assert.deepEqual(broken({ heard: repeated }), ['I5']);
});

test('a history that is no path, a status it does not end in, and a read that goes back are I6', () => {
  const jumped = order(['created', 'paymentProcessed']);
  assert.deepEqual(broken({ orders: [jumped], heard: [] }), ['I6']);
  assert.deepEqual(broken({ orders: [{ ...PAID, status: 'paymentPending' }], heard: [], charges: [] }), ['I6']);
  const back = [
    told({ what: 'read', key: undefined }, PAID),
    told({ what: 'read', key: undefined, startedMs: 20, endedMs: 30 }, order(['created', 'paymentPending'])),
  ];
  assert.deepEqual(broken({ heard: back }), ['I6']);
});

test('a repeated answer tells of the past, which is no going back', () => {
  const pending = order(['created', 'paymentPending']);
  const heard = [told({}, PAID), told({ isReplayed: true, status: 202, startedMs: 20, endedMs: 30 }, pending)];
  assert.deepEqual(broken({ heard }), []);
});

test('an order that was acknowledged and is gone, or was called paid and is not, is I7', () => {
  assert.deepEqual(broken({ orders: [], charges: [] }), ['I7']);
  assert.ok(broken({ orders: [FAILED], charges: [] }).includes('I7'));
});

test('a paid order that its owner canceled is not lost', () => {
  const canceled = order(['created', 'paymentPending', 'paymentProcessed', 'canceled']);
  const heard = [told({}, PAID), told({ what: 'cancel', status: 200, startedMs: 20, endedMs: 30 }, canceled)];
  assert.deepEqual(broken({ orders: [canceled], heard, charges: [charge({ canceledAmount: 3_000 })] }), []);
});

test('an answer that repeats a card is I8', () => {
  assert.deepEqual(broken({ heard: [told({ status: 400, text: `{"value":"${GOOD_CARD_BEGINS}1234"}` })] }), ['I8']);
});

test("any answer but 404 about somebody else's order is I9, unless the shop could not answer", () => {
  const pry = (status: number | undefined): Told => told({ userId: STRANGER, what: 'pry', key: undefined, status });
  assert.deepEqual(broken({ strangerHeard: [pry(404), pry(503), pry(undefined)] }), []);
  for (const status of [200, 202, 403, 409]) assert.deepEqual(broken({ strangerHeard: [pry(status)] }), ['I9']);
});

test('a good token that is answered 401 is told', () => {
  assert.deepEqual(broken({ strangerHeard: [told({ what: 'list', status: 401, orderId: undefined })] }), ['I9']);
});

test('a process that nobody killed and that ended is I10', () => {
  assert.deepEqual(broken({ unexpectedDeaths: ['order died: exit code 1'] }), ['I10']);
});

test('a charge without an attempt, or older than its attempt, is I11', () => {
  assert.deepEqual(broken({ attempts: [] }), ['I11']);
  assert.deepEqual(broken({ attempts: [attempt({ createdAt: new Date('2026-11-24T09:00:00.051Z') })] }), ['I11']);
});

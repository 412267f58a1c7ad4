import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ProviderAccount } from '../bank.ts';
import { GOOD_CARD_BEGINS } from '../cards.ts';
import type { OrderView, Told } from '../customer.ts';
import type { AttemptRow, Charge, Evidence, StoredOrder } from '../evidence.ts';
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
  payment: { method: 'CreditCard' },
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
  method: 'CreditCard',
  amount: 3_000,
  providerOrderId: ORDER,
  createdAt: new Date(AT),
  lateRefundedAt: null,
  depositSecret: null,
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
const stored = (change: Partial<StoredOrder> = {}): StoredOrder => ({
  orderId: ORDER,
  userId: OWNER,
  status: 'paymentProcessed',
  isWatched: false,
  awaitsDeposit: false,
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
  stored: [stored()],
  attempts: [attempt()],
  charges: [charge()],
  untold: [],
  accounts: [],
  unexpectedDeaths: [],
  atRestAfterMs: 100,
  ...change,
});

const broken = (change: Change): string[] => [...new Set(brokenBy(evidence(change)).map(({ name }) => name))].sort();

test('a paid order with one attempt and one charge breaks nothing', () => assert.deepEqual(broken({}), []));

const SECRET = 'ps_a-secret-of-one-account';
const account = (change: Partial<ProviderAccount> = {}): ProviderAccount => ({
  providerOrderId: ORDER,
  accountNumber: 'X6505636518308',
  status: 'DONE',
  ...change,
});
const awaited = (accountNumber = account().accountNumber): OrderView =>
  order(['created', 'paymentPending'], {
    payment: { method: 'VirtualAccount', status: 'WaitingForDeposit', virtualAccount: { accountNumber } },
  });
const DEPOSITED: OrderView = { ...PAID, payment: { method: 'VirtualAccount', status: 'Approved' } };
const CANCELED = order(['created', 'paymentPending', 'canceled'], { payment: { method: 'VirtualAccount' } });
const WAITED = [told({ status: 202 }, awaited())];
/** An order whose deposit came in, changed. */
const byAccount = (change: Change): string[] =>
  broken({
    orders: [DEPOSITED],
    heard: WAITED,
    attempts: [attempt({ method: 'VirtualAccount', depositSecret: SECRET })],
    accounts: [account()],
    ...change,
  });

test('an order that was paid into its account, and one that was canceled before, break nothing', () => {
  assert.deepEqual(byAccount({}), []);
  const closed = { orders: [CANCELED], charges: [], accounts: [account({ status: 'CANCELED' })] };
  assert.deepEqual(byAccount(closed), []);
});

test('a deposit that pays for nothing, or an order paid without one, is I2', () => {
  assert.deepEqual(byAccount({ orders: [CANCELED] }), ['I2']);
  assert.deepEqual(byAccount({ charges: [] }), ['I2']);
  assert.deepEqual(byAccount({ orders: [CANCELED], charges: [charge({ canceledAmount: 3_000 })] }), []);
});

test('two accounts of one order that were both paid into are I1', () => {
  const second = { providerOrderId: `${ORDER}_2` };
  const both = {
    attempts: [attempt({ method: 'VirtualAccount' }), attempt({ attempt: 2, ...second })],
    charges: [charge(), charge({ orderId: second.providerOrderId })],
  };
  assert.deepEqual(byAccount(both), ['I1', 'I2']);
});

test('an order or an attempt that still waits for a deposit is I3', () => {
  const waiting = evidence({
    atRestAfterMs: undefined,
    stored: [stored({ status: 'paymentPending', isWatched: true, awaitsDeposit: true })],
    attempts: [attempt({ status: 'waiting_for_deposit' })],
  });
  assert.deepEqual(brokenBy(waiting).map(describe), [
    `I3, seed 7, order ${ORDER}: it is still paymentPending and watched by recovery`,
    `I3, seed 7, order ${ORDER}: attempt 1 is still waiting_for_deposit`,
  ]);
});

test('an account that is not the one issued, is told too long, forgotten while awaited or left open is I12', () => {
  assert.deepEqual(byAccount({ heard: [told({ status: 202 }, awaited('X1'))] }), ['I12']);
  assert.deepEqual(byAccount({ accounts: [] }), ['I12']);
  assert.deepEqual(byAccount({ orders: [{ ...DEPOSITED, payment: awaited().payment }] }), ['I12']);
  const byCard = { ...awaited(), payment: { ...awaited().payment, method: 'CreditCard' } };
  assert.deepEqual(byAccount({ heard: [told({ status: 202 }, byCard)] }), ['I12']);
  const forgotten = order(['created', 'paymentPending'], { payment: { method: 'VirtualAccount', status: 'Pending' } });
  const read = told({ what: 'read', key: undefined, status: 200, startedMs: 20, endedMs: 30 }, forgotten);
  assert.deepEqual(byAccount({ heard: [...WAITED, read] }), ['I12']);
  const open = [account({ status: 'WAITING_FOR_DEPOSIT' })];
  assert.deepEqual(byAccount({ orders: [CANCELED], charges: [], accounts: open }), ['I12']);
});

test('a paid order that waits for its deposit again is I6 and I7', () => {
  const read = (startedMs: number, view: OrderView) =>
    told({ what: 'read', key: undefined, status: 200, startedMs, endedMs: startedMs + 1 }, view);
  assert.deepEqual(byAccount({ heard: [...WAITED, read(20, DEPOSITED), read(30, awaited())] }), ['I6']);
  assert.deepEqual(byAccount({ orders: [awaited()], heard: [...WAITED, read(20, DEPOSITED)], charges: [] }), [
    'I6',
    'I7',
  ]);
});

test('a notice that is believed without its proof is I9, and an answer that repeats the proof is I8', () => {
  const forged = (status: number, code: string): Told =>
    told({ userId: STRANGER, what: 'pry', key: undefined, status, text: `{"code":"${code}"}` });
  assert.deepEqual(byAccount({ strangerHeard: [forged(403, 'webhook_not_verified'), forged(404, 'x')] }), []);
  assert.deepEqual(byAccount({ strangerHeard: [forged(200, '')] }), ['I9']);
  assert.deepEqual(byAccount({ heard: [...WAITED, told({ status: 400, text: SECRET })] }), ['I8']);
});

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
    stored: [stored({ isWatched: true })],
    attempts: [attempt({ status: 'refund_pending' })],
    untold: [{ orderId: ORDER, attempt: 1, tries: 12 }],
  });
  assert.deepEqual(brokenBy(waiting).map(describe), [
    `I3, seed 7, order ${ORDER}: it is still paymentProcessed and watched by recovery`,
    `I3, seed 7, order ${ORDER}: attempt 1 is still refund_pending`,
    `I3, seed 7, order ${ORDER}: order has not heard of attempt 1, told 12 times`,
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

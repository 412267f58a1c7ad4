import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SEED_ORDER } from '@shop/stack';
import { api, orderWith } from './harness/api.ts';
import { databaseOf } from './harness/database.ts';
import { eventually } from './harness/eventually.ts';
import { bootShop } from './harness/shop.ts';

const { stack } = await bootShop();

interface Charge {
  readonly orderId: string;
  readonly amount: number;
  readonly status: string;
}

async function charges(orderId: string): Promise<Charge[]> {
  const response = await fetch(`${stack.urls.sandbox}/_sandbox/ledger`);
  const ledger = (await response.json()) as Charge[];
  return ledger.filter((charge) => charge.orderId.startsWith(orderId));
}

async function orderCount(): Promise<number> {
  return (await api(stack).get('/order?limit=100')).body.data.length;
}

test('an order is paid, answered 201 with its Location, and read back as it was answered', async () => {
  const placed = await api(stack).post('/order', SEED_ORDER);
  assert.equal(placed.status, 201);
  const { body: order } = placed;
  assert.equal(placed.headers.get('location'), `/order/${order.orderId}`);
  assert.equal(order.status, 'paymentProcessed');
  assert.equal(order.totalAmount, 3000);
  assert.deepEqual(order.payment, { method: 'CreditCard', status: 'Approved', last4: '3123' });
  assert.deepEqual(
    order.items.map((item: { name: string; price: number }) => [item.name, item.price]),
    [
      ['USB-C 케이블', 1000],
      ['마우스 패드', 2000],
    ],
  );
  assert.deepEqual(
    order.history.map((move: { to: string }) => move.to),
    ['created', 'paymentPending', 'paymentProcessed'],
  );
  const read = await api(stack).get(`/order/${order.orderId}`);
  assert.equal(read.status, 200);
  assert.deepEqual(read.body, order);
  assert.equal((await charges(order.orderId)).length, 1);
});

test('a declined card is answered 402, the order is kept, and another card pays it', async () => {
  const declined = await api(stack).post('/order', orderWith({ cardNumber: '4000000000000002' }));
  assert.equal(declined.status, 402);
  assert.match(declined.headers.get('content-type') ?? '', /^application\/problem\+json/);
  const { orderId } = declined.body;
  const kept = await api(stack).get(`/order/${orderId}`);
  assert.equal(kept.body.status, 'paymentFailed');
  assert.deepEqual(kept.body.payment, {
    method: 'CreditCard',
    status: 'Rejected',
    last4: '0002',
    reason: 'REJECT_CARD_PAYMENT',
  });
  assert.equal((await charges(orderId)).filter(({ status }) => status === 'DONE').length, 0);

  const paid = await api(stack).post(`/order/${orderId}/payment`, { payment: SEED_ORDER.payment });
  assert.equal(paid.status, 201);
  assert.equal(paid.body.orderId, orderId);
  assert.equal(paid.body.status, 'paymentProcessed');
  assert.equal(paid.body.attempt, 2);
  assert.deepEqual(
    paid.body.history.map((move: { to: string }) => move.to),
    ['created', 'paymentPending', 'paymentFailed', 'paymentPending', 'paymentProcessed'],
  );
  assert.equal((await charges(orderId)).filter(({ status }) => status === 'DONE').length, 1);
});

test('an amount that is not the sum of the prices is refused with 422 and leaves no order', async () => {
  const before = await orderCount();
  const answer = await api(stack).post('/order', orderWith({ amount: 2999 }));
  assert.equal(answer.status, 422);
  assert.equal(answer.body.code, 'amount_mismatch');
  assert.equal(await orderCount(), before);
});

test('a price that changes between cart and order is refused with 422 and charged to nobody, and the new price is charged', async () => {
  const [cable, pad] = SEED_ORDER.productIds;
  const sql = await databaseOf(stack, 'product');
  const ledger = async () => (await (await fetch(`${stack.urls.sandbox}/_sandbox/ledger`)).json()) as Charge[];
  // Asked for first, so that the old price is in the product service's memory.
  assert.equal((await api(stack).post('/order', SEED_ORDER)).status, 201);
  const [orders, charged] = [await orderCount(), (await ledger()).length];
  await sql`update products set price = price + 500 where id = ${cable ?? ''}`;
  try {
    const refused = await eventually('the old price to be refused', 10_000, async () => {
      const answer = await api(stack).post('/order', {
        ...SEED_ORDER,
        productIds: [cable],
        payment: { ...SEED_ORDER.payment, amount: 1_500 },
      });
      if (answer.status !== 201) return undefined;
      assert.equal(answer.body.totalAmount, 1_500);
      return api(stack).post('/order', SEED_ORDER);
    });
    assert.deepEqual([refused.status, refused.body.code], [422, 'amount_mismatch']);
    assert.equal(await orderCount(), orders + 1);
    assert.deepEqual(
      (await ledger()).slice(charged).map(({ amount }) => amount),
      [1_500],
    );
    const paid = await api(stack).post('/order', {
      ...SEED_ORDER,
      productIds: [cable, pad],
      payment: { ...SEED_ORDER.payment, amount: 3_500 },
    });
    assert.deepEqual([paid.status, paid.body.totalAmount], [201, 3_500]);
  } finally {
    await sql`update products set price = price - 500 where id = ${cable ?? ''}`;
    await eventually('the old price', 10_000, async () =>
      (await api(stack).post('/order', SEED_ORDER)).status === 201 ? true : undefined,
    );
  }
});

test('an unknown product is refused, named, and leaves no order', async () => {
  const before = await orderCount();
  const unknown = '11111111-1111-4111-8111-111111111111';
  const answer = await api(stack).post('/order', { ...SEED_ORDER, productIds: [SEED_ORDER.productIds[0], unknown] });
  assert.equal(answer.body.code, 'product_not_found');
  assert.ok(answer.status === 422 || answer.status === 404, `answered ${answer.status}`);
  assert.match(JSON.stringify(answer.body), new RegExp(unknown));
  assert.equal(await orderCount(), before);
});

test('two units of a product are two entries and twice the price', async () => {
  const [cable] = SEED_ORDER.productIds;
  const answer = await api(stack).post('/order', { ...orderWith({ amount: 2000 }), productIds: [cable, cable] });
  assert.equal(answer.status, 201);
  assert.equal(answer.body.items.length, 2);
  assert.equal(answer.body.totalAmount, 2000);
});

test('the catalogue is public, in pages', async () => {
  const first = await api(stack, null).get('/products?limit=2');
  assert.equal(first.status, 200);
  assert.equal(first.body.data.length, 2);
  const second = await api(stack, null).get(`/products?limit=2&cursor=${first.body.page.nextCursor}`);
  assert.equal(second.status, 200);
  assert.notDeepEqual(second.body.data, first.body.data);
});

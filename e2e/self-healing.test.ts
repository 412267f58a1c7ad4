import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type PartName, SEED_ORDER } from '@shop/stack';
import { api } from './harness/api.ts';
import { eventually } from './harness/eventually.ts';
import { bootShop } from './harness/shop.ts';

const { stack, events } = await bootShop();
const PARTS: PartName[] = ['user', 'product', 'payment', 'order', 'sandbox', 'mongo', 'postgres', 'guard'];
/** A restart, and the breakers that opened in the meantime: they try again after 5 s. */
const HEALS_WITHIN_MS = 30_000;

for (const part of PARTS)
  test(`kill -9 of ${part} is noticed, said, and healed`, async () => {
    const before = await api(stack).post('/order', SEED_ORDER);
    assert.equal(before.status, 201);
    const pid = stack.pids()[part];
    assert.ok(pid);
    const seen = events.length;
    process.kill(pid, 'SIGKILL');
    const said = (type: 'died' | 'back') =>
      eventually(`${part} ${type}`, HEALS_WITHIN_MS, () =>
        events.slice(seen).find((event) => event.type === type && event.part === part),
      );
    await said('died');
    await said('back');
    assert.notEqual(stack.pids()[part], pid);
    const read = await eventually('the order from before is read', HEALS_WITHIN_MS, async () => {
      const answer = await api(stack)
        .get(`/order/${before.body.orderId}`)
        .catch(() => undefined);
      return answer?.status === 200 ? answer : undefined;
    });
    assert.deepEqual(read.body, before.body);
    await eventually('an order is paid', HEALS_WITHIN_MS, async () => {
      const answer = await api(stack)
        .post('/order', SEED_ORDER)
        .catch(() => undefined);
      return answer?.status === 201 ? true : undefined;
    });
    assert.deepEqual(
      events.slice(seen).filter((event) => event.type === 'died' && event.part !== part),
      [],
    );
  });

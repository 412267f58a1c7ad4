import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import { after, beforeEach, test } from 'node:test';
import { uuidv7 } from 'uuidv7';
import { answerWith, HONG, startPayment, startProduct, startUser } from './support/peers.ts';
import { readyLine, run, until } from './support/process.ts';
import { SEED_REQUEST, send, TOKEN } from './support/requests.ts';
import { startDatabase } from './support/shop.ts';

const database = await startDatabase();
const [user, product, payment] = await Promise.all([startUser(), startProduct(), startPayment()]);
after(async () => {
  await Promise.all([user.close(), product.close(), payment.close()]);
  await database.stop();
});
const usual = { ...payment.script };

beforeEach(() => {
  Object.assign(payment.script, usual);
  product.script.beforeAnswer = async () => undefined;
  for (const list of [payment.asked, payment.abandoned, payment.lookedUp]) list.length = 0;
});

/** The service as a process, with recovery fifty times as fast as it is. */
const start = async (paymentPort = payment.port) => {
  const { child, output, exit } = run({
    HOST: '127.0.0.1',
    HTTP_PORT: '0',
    TCP_PORT: '0',
    MONGO_URI: database.uri,
    USER_HOST: `127.0.0.1:${user.port}`,
    PRODUCT_HOST: `127.0.0.1:${product.port}`,
    PAYMENT_HOST: `127.0.0.1:${paymentPort}`,
    RECOVERY_TIME_SCALE: '0.02',
  });
  const { httpPort } = await readyLine(child, output);
  const url = `http://127.0.0.1:${httpPort}`;
  return {
    output,
    place: (key: string) => send(`${url}/order`, 'POST', SEED_REQUEST, { ...TOKEN, 'idempotency-key': key }),
    read: (orderId: string) => send(`${url}/order/${orderId}`, 'GET'),
    kill: async () => {
      child.kill('SIGKILL');
      await exit;
    },
  };
};
type Gateway = Awaited<ReturnType<typeof start>>;

const orderIds = async (): Promise<string[]> =>
  (await database.orders.listOwn(HONG, { limit: 1_000 })).map(({ orderId }) => orderId);

/** The one order that is there now and was not before. */
const newOrderId = async (before: readonly string[]): Promise<string | undefined> =>
  (await orderIds()).find((id) => !before.includes(id));

const isAt = (gateway: Gateway, orderId: string, status: string) => async (): Promise<boolean> =>
  (await gateway.read(orderId)).body.status === status;

/** Sends the same request until its key is free of the process that died. */
const placeAgain = async (gateway: Gateway, key: string) => {
  let answer = await gateway.place(key);
  while (answer.body.code === 'idempotency_in_progress') answer = await gateway.place(key);
  return answer;
};

test('killed before the order was stored: nothing is there, and the same request makes it', async () => {
  const before = await orderIds();
  const first = await start();
  const { promise: isAsked, resolve } = Promise.withResolvers<void>();
  product.script.beforeAnswer = () => {
    resolve();
    return new Promise(() => undefined);
  };
  const key = uuidv7();
  const lost = assert.rejects(first.place(key));
  await isAsked;
  await first.kill();
  await lost;
  assert.equal(await newOrderId(before), undefined);
  product.script.beforeAnswer = async () => undefined;
  const second = await start();
  const answer = await placeAgain(second, key);
  assert.equal(answer.status, 201);
  assert.equal((await orderIds()).length, before.length + 1);
  assert.equal(payment.asked.length, 1);
  await second.kill();
});

test('killed after the order was stored and before payment heard of it: given up, failed, payable again', async () => {
  const before = await orderIds();
  // Takes connections and says nothing, so the charge waits in the process.
  const silent = createServer(() => undefined).listen(0, '127.0.0.1');
  await until(() => silent.address() !== null);
  const address = silent.address();
  assert.ok(typeof address === 'object' && address !== null);
  const first = await start(address.port);
  const key = uuidv7();
  const lost = assert.rejects(first.place(key));
  await until(async () => (await newOrderId(before)) !== undefined);
  await first.kill();
  await lost;
  silent.close();
  const orderId = String(await newOrderId(before));
  const second = await start();
  await until(isAt(second, orderId, 'paymentFailed'));
  const { body } = await second.read(orderId);
  assert.equal((body.payment as { reason?: string }).reason, 'payment_not_started');
  assert.deepEqual([payment.asked.length, payment.abandoned.length], [0, 1]);
  const again = await placeAgain(second, key);
  assert.deepEqual([again.status, again.body.code, again.body.orderId], [409, 'payment_abandoned', orderId]);
  await second.kill();
});

test('killed while payment charges: the order follows payment, and the same request is answered by it', async () => {
  const before = await orderIds();
  const first = await start();
  payment.script.makePayment = () => new Promise(() => undefined);
  const key = uuidv7();
  const lost = assert.rejects(first.place(key));
  await until(() => payment.asked.length === 1);
  await first.kill();
  await lost;
  const orderId = String(await newOrderId(before));
  let paymentStatus: 'Pending' | 'Approved' = 'Pending';
  payment.script.getPayment = ({ attempt = 1 }) => ({ paymentId: uuidv7(), orderId, attempt, paymentStatus });
  const second = await start();
  await until(() => payment.lookedUp.length >= 2);
  assert.equal((await second.read(orderId)).body.status, 'paymentPending');
  paymentStatus = 'Approved';
  await until(isAt(second, orderId, 'paymentProcessed'));
  const again = await placeAgain(second, key);
  assert.deepEqual([again.status, again.body.orderId], [201, orderId]);
  assert.equal((await orderIds()).length, before.length + 1);
  assert.equal(payment.asked.length, 1, 'one charge');
  await second.kill();
});

test('killed after payment approved and before that was written: the order is paid', async () => {
  const before = await orderIds();
  const first = await start();
  payment.script.makePayment = async (input, ctx) => {
    await database.wire.cut();
    return answerWith('Approved')(input, ctx);
  };
  // Killed, or told that the outcome is not known yet, whichever comes first: nothing can be written either way.
  const lost = first.place(uuidv7()).then(
    ({ status }) => assert.equal(status, 202),
    () => undefined,
  );
  await until(() => first.output.stderr.includes('payment answered'));
  await first.kill();
  await lost;
  await database.wire.mend();
  await until(() =>
    database.ping().then(
      () => true,
      () => false,
    ),
  );
  const orderId = String(await newOrderId(before));
  payment.script.getPayment = ({ attempt = 1 }) => ({
    paymentId: uuidv7(),
    orderId,
    attempt,
    paymentStatus: 'Approved',
  });
  const second = await start();
  await until(isAt(second, orderId, 'paymentProcessed'));
  assert.equal(payment.asked.length, 1);
  await second.kill();
});

test('two processes at once bring each orphan to rest once', async () => {
  const before = await orderIds();
  const dying = await start();
  payment.script.makePayment = () => new Promise(() => undefined);
  const lost = Array.from({ length: 10 }, () => assert.rejects(dying.place(uuidv7())));
  await until(() => payment.asked.length === 10);
  await dying.kill();
  await Promise.all(lost);
  payment.script.getPayment = ({ orderId, attempt = 1 }) => ({
    paymentId: uuidv7(),
    orderId,
    attempt,
    paymentStatus: 'Approved',
  });
  const both = await Promise.all([start(), start()]);
  const orphans = (await orderIds()).filter((id) => !before.includes(id));
  assert.equal(orphans.length, 10);
  for (const orderId of orphans) await until(isAt(both[0], orderId, 'paymentProcessed'));
  for (const orderId of orphans) {
    const order = await database.orders.find(orderId);
    assert.deepEqual([order?.version, order?.history.length], [2, 3]);
  }
  assert.equal(payment.asked.length, 10);
  await Promise.all(both.map((gateway) => gateway.kill()));
});

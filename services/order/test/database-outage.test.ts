import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { uuidv7 } from 'uuidv7';
import { answerWith, startPayment, startProduct, startUser } from './support/peers.ts';
import { readyLine, run, runFile, until } from './support/process.ts';
import { SEED_REQUEST, send } from './support/requests.ts';

const directory = await mkdtemp(join(tmpdir(), 'order-outage-'));
const [user, product, payment] = await Promise.all([startUser(), startProduct(), startPayment()]);
after(async () => {
  await Promise.all([user.close(), product.close(), payment.close()]);
  await rm(directory, { recursive: true, force: true });
});

const MONGO = fileURLToPath(import.meta.resolve('@shop/embedded-mongo/main'));
const startMongo = async (port = 0) => {
  const mongo = runFile(MONGO, { MONGO_PORT: String(port), EMBEDDED_MONGO_PATH: directory });
  return { ...mongo, port: (await readyLine(mongo.child, mongo.output)).port };
};
let mongo = await startMongo();

const { child, output } = run({
  HOST: '127.0.0.1',
  HTTP_PORT: '0',
  TCP_PORT: '0',
  MONGO_URI: `mongodb://127.0.0.1:${mongo.port}`,
  USER_HOST: `127.0.0.1:${user.port}`,
  PRODUCT_HOST: `127.0.0.1:${product.port}`,
  PAYMENT_HOST: `127.0.0.1:${payment.port}`,
  RECOVERY_TIME_SCALE: '0.02',
});
const url = `http://127.0.0.1:${(await readyLine(child, output)).httpPort}`;
const get = (path: string) => send(`${url}${path}`, 'GET');
const place = () => send(`${url}/order`, 'POST', SEED_REQUEST);
const measured = async (name: string): Promise<number> => {
  const text = await (await fetch(`${url}/metrics`)).text();
  return Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(text)?.[1]);
};
const isReady = async (): Promise<boolean> => (await get('/health/ready')).status === 200;

for (const [what, stop, resume] of [
  ['stands still', () => void mongo.child.kill('SIGSTOP'), () => void mongo.child.kill('SIGCONT')],
  [
    'is killed',
    async () => {
      mongo.child.kill('SIGKILL');
      await mongo.exit;
    },
    async () => {
      mongo = await startMongo(mongo.port);
    },
  ],
] as const)
  test(`while the database ${what}, requests are refused without a try, the others work, money taken is written later`, async () => {
    await until(isReady);
    assert.equal(await measured('orders_database_up'), 1);
    const { promise: isAsked, resolve: asked } = Promise.withResolvers<void>();
    const { promise: isShut, resolve: shut } = Promise.withResolvers<void>();
    payment.script.makePayment = async (input, ctx) => {
      asked();
      await isShut;
      return answerWith('Approved')(input, ctx);
    };
    const paying = place();
    await isAsked;
    await stop();
    // Whoever meets the outage first waits for the driver's bound; nobody does after that.
    await until(async () => (await get('/order')).status === 503 && (await measured('orders_database_up')) === 0);

    const charges = payment.asked.length;
    const refusals = await measured('orders_database_refusals_total');
    for (let i = 0; i < 5; i += 1) {
      for (const answer of [await get('/order'), await get(`/order/${uuidv7()}`), await place()]) {
        assert.deepEqual([answer.status, answer.body.code], [503, 'dependency_unavailable']);
        assert.ok(Number(answer.headers.get('retry-after')) >= 1);
      }
    }
    // Others, as recovery, may have been refused meanwhile; none of these was tried.
    assert.ok((await measured('orders_database_refusals_total')) >= refusals + 15);
    assert.equal(payment.asked.length, charges, 'nothing is charged that could not be stored');
    assert.equal((await get('/products')).status, 200);
    assert.equal((await get('/health/live')).status, 200);
    const ready = await get('/health/ready');
    assert.deepEqual([ready.status, ready.body.mongo], [503, 'down']);

    payment.script.getPayment = ({ orderId, attempt = 1 }) => ({
      paymentId: uuidv7(),
      orderId,
      attempt,
      paymentStatus: 'Approved',
    });
    shut();
    const pending = await paying;
    assert.deepEqual([pending.status, pending.body.status], [202, 'paymentPending']);
    await resume();
    await until(isReady);
    const orderId = String(pending.body.orderId);
    await until(async () => (await get(`/order/${orderId}`)).body.status === 'paymentProcessed');
    assert.equal(payment.asked.filter((charge) => charge.orderId === orderId).length, 1);
    assert.equal((await place()).status, 201);
    assert.equal(await measured('orders_database_up'), 1);
    assert.equal(child.exitCode, null, 'it is the same process');
  });

test('the service stops while its database stands still', async () => {
  mongo.child.kill('SIGSTOP');
  child.kill('SIGTERM');
  assert.deepEqual(await once(child, 'exit'), [0, null]);
});

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { test } from 'node:test';
import { answerWith } from './support/peers.ts';
import { readyLine, run } from './support/process.ts';
import { SEED_REQUEST, send } from './support/requests.ts';
import { startRunningService } from './support/running-service.ts';
import { startDatabase } from './support/shop.ts';

test('a bad environment stops the start, names every bad key and prints no value', async () => {
  const { output, exit } = run({ MONGO_URI: 'postgres://secret@db', HTTP_PORT: 'secret', USER_HOST: 'user' });
  const [code] = await exit;
  assert.equal(code, 1);
  for (const key of ['MONGO_URI', 'HTTP_PORT', 'PRODUCT_HOST', 'PAYMENT_HOST'])
    assert.match(output.stderr, new RegExp(key));
  assert.doesNotMatch(output.stderr, /secret/);
});

test('SIGTERM lets the order in flight finish, then ends with 0', async () => {
  const { database, payment, child, output, exit, url } = await startRunningService();
  const { promise: asked, resolve: isAsked } = Promise.withResolvers<void>();
  const { promise: stopping, resolve: isStopping } = Promise.withResolvers<void>();
  payment.script.makePayment = async (input, ctx) => {
    isAsked();
    await stopping;
    return answerWith('Approved')(input, ctx);
  };
  const answer = send(`${url}/order`, 'POST', SEED_REQUEST);
  await asked;
  child.kill('SIGTERM');
  while (!output.stderr.includes('"stopping"')) await once(child.stderr, 'data');
  isStopping();
  const { status, body } = await answer;
  assert.deepEqual([status, body.status], [201, 'paymentProcessed']);
  assert.deepEqual(await exit, [0, null]);
  assert.equal((await database.orders.find(String(body.orderId)))?.status, 'paymentProcessed');
});

test('a database that comes up after the service is found without a restart', async () => {
  const database = await startDatabase();
  const uri = database.uri;
  await database.wire.cut();
  const { child, output } = run({
    HOST: '127.0.0.1',
    HTTP_PORT: '0',
    TCP_PORT: '0',
    MONGO_URI: uri,
    USER_HOST: '127.0.0.1',
    PRODUCT_HOST: '127.0.0.1',
    PAYMENT_HOST: '127.0.0.1',
  });
  const { httpPort } = await readyLine(child, output);
  const ready = () => send(`http://127.0.0.1:${httpPort}/health/ready`, 'GET', undefined, {});
  assert.equal((await ready()).status, 503);
  await database.wire.mend();
  let status = 0;
  while (status !== 200) ({ status } = await ready());
  child.kill('SIGTERM');
  await database.stop();
});

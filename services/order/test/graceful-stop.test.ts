import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { test } from 'node:test';
import { keptConnection, type Outcome } from '@shop/kit/testing';
import { closeGracefully } from '../src/http/graceful-close.ts';
import { answerWith, HONG } from './support/peers.ts';
import { until } from './support/process.ts';
import { SEED_REQUEST, send, TOKEN } from './support/requests.ts';
import { startRunningService } from './support/running-service.ts';
import { startShop } from './support/shop.ts';

/** Longer than any test may take: whoever waits for all of it hangs. */
const FOR_EVER_MS = 600_000;

type Ask = ReturnType<typeof keptConnection>;

const order = (ask: Ask): Promise<Outcome> => ask('/order', { method: 'POST', headers: TOKEN, body: SEED_REQUEST });

const isRefused = async (url: string): Promise<boolean> => {
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  try {
    await once(socket, 'connect');
    return false;
  } catch {
    return true;
  } finally {
    socket.destroy();
  }
};

for (const workers of [1, 2]) {
  test(`SIGTERM to ${workers} under load on kept connections: every request is answered, new connections are refused, it ends with 0`, async () => {
    const service = await startRunningService({ WORKERS: String(workers), RATE_LIMIT_ENABLED: 'false' });
    const { url, child, output, database, payment } = service;
    const outcomes: Outcome[] = [];
    /** Sends one request after the other until no connection can be had any more. */
    const busy = async (sends: (ask: Ask) => Promise<Outcome>): Promise<void> => {
      const ask = keptConnection(url);
      for (;;) {
        const outcome = await sends(ask);
        outcomes.push(outcome);
        if (outcome.failure !== undefined) return;
      }
    };
    const idle = Array.from({ length: 16 }, () => keptConnection(url));
    for (const { status } of await Promise.all(idle.map((ask) => ask('/products')))) assert.equal(status, 200);
    const load = [
      ...Array.from({ length: 24 }, () => busy((ask) => ask('/products'))),
      ...Array.from({ length: 4 }, () => busy(order)),
    ];
    await until(() => payment.asked.length >= 20);

    child.kill('SIGTERM');
    await until(() => output.stderr.split('"stopping"').length > (workers === 1 ? 1 : workers + 1));
    // Idle until now, and used once the process is stopping.
    const late = await Promise.all(idle.map((ask, i) => (i % 2 === 0 ? ask('/products') : order(ask))));
    await until(() => isRefused(url));
    assert.deepEqual(await service.exit, [0, null]);
    await Promise.all(load);

    late.forEach(({ status, isReused, headers, failure }, i) => {
      assert.deepEqual(
        [failure, isReused, status, headers.connection],
        [undefined, true, i % 2 === 0 ? 200 : 201, 'close'],
      );
    });
    // What a client is refused is a connection, never a request on one that it has.
    const lost = outcomes.filter(({ failure, isReused }) => failure !== undefined && isReused);
    assert.deepEqual(lost, []);
    const answered = outcomes.filter(({ failure }) => failure === undefined);
    assert.deepEqual(
      answered.filter(({ status }) => status !== 200 && status !== 201),
      [],
    );
    const stored = await database.orders.listOwn(HONG, { limit: 10_000 });
    assert.deepEqual(
      stored.filter(({ status }) => status !== 'paymentProcessed'),
      [],
    );
    const placed = [...answered, ...late].filter(({ status }) => status === 201);
    assert.deepEqual([placed.length, payment.asked.length], [stored.length, stored.length]);
  });
}

test('a stopping gateway is gone as soon as its last connection is, and does not wait for the end of the grace', async () => {
  const shop = await startShop();
  const ask = keptConnection(shop.url);
  assert.equal((await ask('/products')).headers.connection, 'keep-alive');
  shop.drain.isDraining = true;
  const closed = closeGracefully(shop.http, FOR_EVER_MS);
  assert.equal(await isRefused(shop.url), true);
  const ready = await ask('/health/ready');
  assert.deepEqual(
    [ready.status, JSON.parse(ready.text).status, ready.isReused, ready.headers.connection],
    [503, 'stopping', true, 'close'],
  );
  await closed;
});

test('connections that are not used end with the grace', async () => {
  const shop = await startShop();
  const ask = keptConnection(shop.url);
  await ask('/products');
  const silent = connect(Number(new URL(shop.url).port), '127.0.0.1');
  await once(silent, 'connect');
  shop.drain.isDraining = true;
  await Promise.all([closeGracefully(shop.http, 1), once(silent, 'close')]);
  assert.equal((await ask('/products')).failure, 'ECONNREFUSED');
});

test('a request that comes after the grace, while others are under way, is told to go elsewhere', async () => {
  const shop = await startShop();
  const asked = Promise.withResolvers<void>();
  const goingOn = Promise.withResolvers<void>();
  shop.payment.script.makePayment = async (input, ctx) => {
    asked.resolve();
    await goingOn.promise;
    return answerWith('Approved')(input, ctx);
  };
  const begun = send(`${shop.url}/order`, 'POST', SEED_REQUEST);
  await asked.promise;
  const slow = connect(Number(new URL(shop.url).port), '127.0.0.1').setEncoding('utf8');
  let told = '';
  slow.on('data', (part) => {
    told += part;
  });
  slow.write('GET /products HTTP/1.1\r\nhost: shop\r\n');
  const connections = (): Promise<number> =>
    new Promise((counted) => shop.http.server.getConnections((_error, count) => counted(count)));
  await until(async () => (await connections()) > 1);
  shop.drain.isDraining = true;
  const closed = shop.http.close();
  await until(() => !shop.http.server.listening);
  slow.write('\r\n');
  await once(slow, 'close');
  assert.match(told, /^HTTP\/1\.1 503 /);
  assert.match(told, /\r\nconnection: close\r\n/i);
  assert.match(told, /"code":"service_stopping"/);
  goingOn.resolve();
  assert.equal((await begun).status, 201);
  await closed;
});

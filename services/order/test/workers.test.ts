import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { test } from 'node:test';
import { orderContract } from '@shop/contracts';
import { createClient } from 'cmdrpc';
import { answerWith } from './support/peers.ts';
import { run, until } from './support/process.ts';
import { SEED_REQUEST, send } from './support/requests.ts';
import { startRunningService } from './support/running-service.ts';

type Service = Awaited<ReturnType<typeof startRunningService>>;

const start = (workers = '2') => startRunningService({ WORKERS: workers, RATE_LIMIT_ENABLED: 'false' });

const linesOf = ({ output }: Pick<Service, 'output'>): { readonly [field: string]: unknown }[] =>
  output.stderr
    .split('\n')
    .filter((line) => line.startsWith('{') && line.endsWith('}'))
    .map((line) => JSON.parse(line));

/** Workers that have served a request of this route. */
const serving = (service: Service, route: string): Set<unknown> =>
  new Set(linesOf(service).flatMap(({ route: served, worker }) => (served === route ? [worker] : [])));

/** Orders on so many connections at once, so that no worker is left out. */
const placeAtOnce = async ({ url }: Service, count: number): Promise<string[]> => {
  const answers = await Promise.all(Array.from({ length: count }, () => send(`${url}/order`, 'POST', SEED_REQUEST)));
  assert.deepEqual(new Set(answers.map(({ status }) => status)), new Set([201]));
  return answers.map(({ body }) => String(body.orderId));
};

const scrape = async ({ url }: Service): Promise<string> => (await fetch(`${url}/metrics`)).text();

/** The value of a series in Prometheus text. */
const seriesOf = (text: string, series: string): number =>
  Number(
    text
      .split('\n')
      .find((line) => line.startsWith(`${series} `))
      ?.slice(series.length + 1),
  );

const SERVED = 'http_request_duration_seconds_count{method="POST",route="/order",status="201"}';

test('workers share both ports, and whichever is scraped tells the numbers of all', async () => {
  const service = await start();
  const ids = await placeAtOnce(service, 8);
  assert.deepEqual(serving(service, '/order'), new Set([1, 2]));
  // More connections than workers: each of them is asked.
  const scrapes = await Promise.all(Array.from({ length: 4 }, () => scrape(service)));
  await until(() => serving(service, '/metrics').size === 2);
  for (const text of scrapes) {
    assert.equal(seriesOf(text, SERVED), 8);
    // Counted in the database, which all workers share: not once for each of them.
    assert.equal(seriesOf(text, 'orders{status="paymentProcessed"}'), 8);
  }
  const order = createClient(orderContract, { target: `tcp://127.0.0.1:${service.tcpPort}`, name: 'test' });
  assert.equal((await order.get_order_info({ orderId: ids[0] ?? '' })).status, 'paymentProcessed');
  await order.$.close();
  service.child.kill('SIGTERM');
  assert.deepEqual(await service.exit, [0, null]);
});

test('a worker that dies is replaced, and said so', async () => {
  const service = await start();
  const victim = linesOf(service).find(({ msg }) => msg === 'worker started');
  process.kill(Number(victim?.pid), 'SIGKILL');
  await until(() => linesOf(service).some(({ msg }) => msg === 'worker replaced'));
  const ended = linesOf(service).find(({ msg }) => msg === 'worker ended: another takes its place');
  assert.deepEqual([ended?.level, ended?.worker, ended?.signal], ['error', 1, 'SIGKILL']);
  await placeAtOnce(service, 8);
  assert.deepEqual(serving(service, '/order'), new Set([2, 3]));
  assert.equal(seriesOf(await scrape(service), SERVED), 8);
  service.child.kill('SIGTERM');
  assert.deepEqual(await service.exit, [0, null]);
});

test('SIGTERM lets the orders in flight of every worker finish, then ends with 0', async () => {
  const service = await start();
  const { promise: stopping, resolve: isStopping } = Promise.withResolvers<void>();
  service.payment.script.makePayment = async (input, ctx) => {
    await stopping;
    return answerWith('Approved')(input, ctx);
  };
  const orders = placeAtOnce(service, 8);
  await until(() => service.payment.asked.length === 8);
  service.child.kill('SIGTERM');
  const stoppingWorkers = (): number =>
    linesOf(service).filter(({ msg, worker }) => msg === 'stopping' && worker !== undefined).length;
  await until(() => stoppingWorkers() === 2);
  isStopping();
  for (const id of await orders) {
    assert.equal((await service.database.orders.find(id))?.status, 'paymentProcessed');
  }
  assert.deepEqual(await service.exit, [0, null]);
  assert.deepEqual(serving(service, '/order'), new Set([1, 2]));
});

test('workers end with a supervisor that is killed, and leave the port', async () => {
  const service = await start();
  const pids = linesOf(service).flatMap(({ msg, pid }) => (msg === 'worker started' ? [Number(pid)] : []));
  service.child.kill('SIGKILL');
  await service.exit;
  const isAlive = (pid: number): boolean => {
    try {
      return process.kill(pid, 0);
    } catch {
      return false;
    }
  };
  assert.equal(pids.length, 2);
  await until(() => !pids.some(isAlive));
  const server = createServer().listen(Number(new URL(service.url).port), '127.0.0.1');
  await once(server, 'listening');
  server.close();
});

test('a port that is taken is said once, whatever the number of workers', async () => {
  const other = createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  const address = other.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const { output, exit } = run({
    WORKERS: '3',
    HOST: '127.0.0.1',
    HTTP_PORT: String(port),
    TCP_PORT: '0',
    MONGO_URI: 'mongodb://127.0.0.1:9/orders',
    USER_HOST: '127.0.0.1',
    PRODUCT_HOST: '127.0.0.1',
    PAYMENT_HOST: '127.0.0.1',
  });
  assert.deepEqual(await exit, [1, null]);
  assert.equal(output.stderr.split(`port ${port} is taken`).length, 2, output.stderr);
  assert.match(output.stderr, /HTTP_PORT/);
  other.close();
});

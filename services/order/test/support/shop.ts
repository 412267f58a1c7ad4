import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';
import { startEmbeddedMongo } from '@shop/embedded-mongo';
import { createLogger } from '@shop/kit';
import { MongoClient } from 'mongodb';
import { uuidv7 } from 'uuidv7';
import { buildApp } from '../../src/app.ts';
import { type Limits, NO_LIMITS } from '../../src/http/limits.ts';
import { createMetrics } from '../../src/http/metrics.ts';
import { type Budgets, DEFAULT_BUDGETS } from '../../src/peers/budgets.ts';
import { openPeers } from '../../src/peers/peers.ts';
import { scheduleAt } from '../../src/recovery/schedule.ts';
import { createRecoveryWorker } from '../../src/recovery/worker.ts';
import { buildServer } from '../../src/server.ts';
import { openOrderDatabase } from '../../src/store/mongo.ts';
import { createInFlight } from '../../src/workflow/in-flight.ts';
import { recoverOrder } from '../../src/workflow/recover-order.ts';
import { startPayment, startProduct, startUser } from './peers.ts';
import { startWire } from './wire.ts';

/** A database of its own, behind a wire: at TEST_MONGO_URI (one host) when that is set, else embedded. */
export const startDatabase = async (options: { readonly firstLookMs?: number } = {}) => {
  const directory = await mkdtemp(join(tmpdir(), 'order-test-'));
  const given = process.env.TEST_MONGO_URI;
  const name = `order_test_${uuidv7().replaceAll('-', '')}`;
  const embedded = given === undefined ? await startEmbeddedMongo({ path: directory }) : undefined;
  const base = new URL(given ?? embedded?.uri ?? '');
  const wire = await startWire(Number(base.port || 27_017), base.hostname);
  base.hostname = '127.0.0.1';
  base.port = String(wire.port);
  base.pathname = `/${name}`;
  base.searchParams.set('directConnection', 'true');
  const database = openOrderDatabase(base.href, options);
  await database.prepare();
  return {
    ...database,
    uri: base.href,
    /** Everything the embedded database has on disk. */
    bytes: async (): Promise<Buffer> => {
      const files = await readdir(directory);
      return Buffer.concat(await Promise.all(files.map((file) => readFile(join(directory, file)))));
    },
    isEmbedded: embedded !== undefined,
    /** Makes an order look as one that was stored before recovery was built. */
    forgetWatch: async (orderId: string): Promise<void> => {
      const client = new MongoClient(base.href);
      await client
        .db()
        .collection<{ _id: string }>('orders')
        .updateOne({ _id: orderId }, { $unset: { watch: true } });
      await client.close();
    },
    wire,
    stop: async () => {
      await database.close();
      await wire.cut();
      await embedded?.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
};

/** The order service over real peers and a real database, all on free ports. Stops itself when the tests are done. */
export const startShop = async (
  budgets: Partial<Budgets> = {},
  limits: Partial<Limits> = {},
  /** Calls before a breaker may open. */
  volumeThreshold = 1_000,
) => {
  const database = await startDatabase();
  const [user, product, payment] = await Promise.all([startUser(), startProduct(), startPayment()]);
  const wires = {
    user: await startWire(user.port),
    product: await startWire(product.port),
    payment: await startWire(payment.port),
  };
  const lines: string[] = [];
  const logger = createLogger({
    name: 'order',
    level: 'debug',
    destination: { write: (line: string) => void lines.push(line) },
  });
  const options = (port: number) => ({
    target: `tcp://127.0.0.1:${port}`,
    retry: { maxAttempts: 2 },
    timeoutMs: 10_000,
    breaker: { errorThresholdPercentage: 50, volumeThreshold, resetMs: 100, maxResetMs: 100 },
  });
  const peers = openPeers(
    {
      user: options(wires.user.port),
      product: options(wires.product.port),
      payment: options(wires.payment.port),
    },
    logger,
  );
  const inFlight = createInFlight();
  /** A recovery worker whose clock is ahead of everybody's, so that whatever waits is due. */
  const recoveryWorker = (aheadMs = 3_600_000) => {
    const now = (): Date => new Date(Date.now() + aheadMs);
    return createRecoveryWorker({
      queue: database.recoveryQueue,
      recover: (order) => recoverOrder({ ...workflow, now }, order, { logger }),
      schedule: scheduleAt(1),
      now,
      random: () => 0.5,
      logger,
      onLook: metrics.onLook,
    });
  };
  const drain = { isDraining: false };
  const workflow = {
    orders: database.orders,
    peers,
    budgets: { ...DEFAULT_BUDGETS, ...budgets },
    now: () => new Date(),
    newOrderId: uuidv7,
  };
  const metrics = createMetrics(database, scheduleAt(1));
  const http = await buildApp({
    workflow,
    once: { keys: database.keys, fingerprintKey: database.fingerprintKey, keyLeaseMs: 30_000, now: workflow.now },
    inFlight,
    limits: { ...NO_LIMITS, ...limits },
    loadBounds: { maxEventLoopDelayMs: 0, maxRssBytes: 0 },
    metrics,
    trustedProxies: [],
    logger,
    drain,
    checkDatabase: database.ping,
    peerStates: peers.states,
  });
  const tcp = buildServer({ deps: workflow, logger });
  const url = await http.listen({ host: '127.0.0.1', port: 0 });
  const tcpAddress = await tcp.listen({ host: '127.0.0.1', port: 0 });
  if (!('port' in tcpAddress)) throw new Error('a TCP port was asked for');
  after(async () => {
    await http.close();
    metrics.close();
    await tcp.close({ drainMs: 0 });
    await inFlight.idle();
    await peers.close();
    await Promise.all(Object.values(wires).map((wire) => wire.cut()));
    await Promise.all([user.close(), product.close(), payment.close()]);
    await database.stop();
  });
  return {
    url,
    http,
    tcpPort: tcpAddress.port,
    database,
    user,
    product,
    payment,
    wires,
    peers,
    lines,
    drain,
    inFlight,
    workflow,
    metrics,
    recoveryWorker,
  };
};

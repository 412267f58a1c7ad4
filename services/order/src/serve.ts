import cluster from 'node:cluster';
import { type App, followRpcTls, type Logger } from '@shop/kit';
import { uuidv7 } from 'uuidv7';
import { buildApp } from './app.ts';
import type { OrderConfig } from './config.ts';
import { closeGracefully } from './http/graceful-close.ts';
import { createMetrics } from './http/metrics.ts';
import { DEFAULT_BUDGETS } from './peers/budgets.ts';
import { openPeers } from './peers/peers.ts';
import { scheduleAt } from './recovery/schedule.ts';
import { createRecoveryWorker } from './recovery/worker.ts';
import { buildServer } from './server.ts';
import { openOrderDatabase } from './store/mongo.ts';
import { keepPreparing } from './store/prepared.ts';
import { metricsOfAll } from './workers/fleet-metrics.ts';
import { createInFlight } from './workflow/in-flight.ts';
import { recoverOrder } from './workflow/recover-order.ts';

/** Puts the service together and listens on both ports; resolves to where. */
export const serve = async (app: App, config: OrderConfig, logger: Logger): Promise<object> => {
  // Stopped in reverse order of registration: the edge first, what it stands on last.
  const schedule = scheduleAt(config.recoveryTimeScale);
  const database = openOrderDatabase(config.mongoUri, { ...schedule, logger });
  app.onStop('mongo', () => database.close());
  const preparation = keepPreparing(database.prepare, { logger, signal: app.signal });

  const peers = openPeers(config.peers, logger);
  app.onStop('peers', () => peers.close());
  peers.warmUp();

  const inFlight = createInFlight();
  app.onStop('orders in flight', () => inFlight.idle());

  const workflow = {
    orders: database.orders,
    peers,
    budgets: DEFAULT_BUDGETS,
    now: () => new Date(),
    newOrderId: uuidv7,
  };
  const metrics = createMetrics(database, {
    stuckMs: schedule.stuckMs,
    ...(cluster.isWorker ? { ofAll: metricsOfAll } : {}),
  });
  const recovery = createRecoveryWorker({
    queue: database.recoveryQueue,
    recover: (order) => recoverOrder(workflow, order, { logger }),
    schedule,
    now: workflow.now,
    random: Math.random,
    logger,
    onLook: metrics.onLook,
  });
  app.onStop('recovery', () => recovery.stop());
  recovery.start();

  const server = buildServer({ deps: workflow, logger, rpc: config.rpc });
  app.onStop('tcp', () => server.close({ drainMs: 20_000 }));
  const tcp = await app.listening('TCP_PORT', config.tcpPort, () =>
    server.listen({ host: config.host, port: config.tcpPort }),
  );
  app.onStop(
    'certificates',
    followRpcTls({ files: config.rpcTlsFiles, current: config.rpc.tls, renew: server.reloadTls, logger }),
  );

  const secret = config.idempotencySecret;
  const http = await buildApp({
    workflow,
    once: {
      keys: database.keys,
      fingerprintKey:
        secret === undefined ? database.fingerprintKey : () => Promise.resolve(Buffer.from(secret, 'utf8')),
      keyLeaseMs: schedule.leaseMs,
      now: workflow.now,
    },
    inFlight,
    limits: config.limits,
    loadBounds: config.loadBounds,
    metrics,
    trustedProxies: config.trustedProxies,
    logger,
    drain: {
      get isDraining() {
        return app.signal.aborted;
      },
    },
    checkDatabase: async () => {
      if (!preparation.isDone()) throw new Error('indexes are not created yet');
      await database.ping();
    },
    peerStates: peers.states,
  });
  app.onStop('http', () => closeGracefully(http));
  await app.listening('HTTP_PORT', config.httpPort, () =>
    http.listen({ host: config.host, port: config.httpPort, listenTextResolver: () => 'http listening' }),
  );
  const address = http.server.address();
  const httpPort = typeof address === 'object' && address !== null ? address.port : config.httpPort;
  return { port: httpPort, httpPort, tcpPort: tcp.port };
};

import {
  type App,
  closePostgres,
  createLogger,
  followRpcTls,
  type Logger,
  migrate,
  openPostgres,
  runMain,
  serveMetrics,
} from '@shop/kit';
import { uuidv7 } from 'uuidv7';
import { loadConfig, type PaymentConfig } from './config.ts';
import { cardCheck } from './domain/card-validation.ts';
import { timing } from './domain/timing.ts';
import { createMetrics, type MetricsOptions } from './metrics.ts';
import { openOrder } from './peers/order.ts';
import { createProvider } from './provider/client.ts';
import { buildServer } from './server.ts';
import { createAttemptStore } from './store/attempts.ts';
import { createOutboxStore } from './store/outbox.ts';
import { createRecoveryStore } from './store/recovery.ts';
import { InFlight } from './workflow/in-flight.ts';
import { Publisher, publisherTiming } from './workflow/publisher.ts';
import { RecoveryWorker } from './workflow/recovery-worker.ts';
import { stopCharges } from './workflow/stop-charges.ts';
import { newTally } from './workflow/tally.ts';

const MAX_CHARGES_IN_FLIGHT = 1_000;
/** A handler answers within 9 s. */
const DRAIN_MS = 9_500;

runMain('payment', async (app) => {
  const config = loadConfig();
  const logger = createLogger({ name: 'payment', level: config.logLevel });
  app.useLogger(logger);

  const sql = openPostgres({ url: config.dbUrl, applicationName: 'payment' });
  app.onStop('postgres', () => closePostgres(sql));
  await migrate({ sql, directory: new URL('../migrations', import.meta.url), logger });

  // Names this start of the process in the rows that it holds for a while.
  const owner = uuidv7();
  const order = openOrder(config.order, logger);
  app.onStop('order', () => order.close());
  const publisher = new Publisher({
    outbox: createOutboxStore(sql),
    tell: order.tell,
    owner,
    timing: publisherTiming(config.timeScale),
    logger,
    random: Math.random,
  });
  app.onStop('outbox', () => publisher.stop());

  const provider = createProvider(config.provider);
  const inFlight = new InFlight(MAX_CHARGES_IN_FLIGHT);
  app.onStop('charges', () => stopCharges({ inFlight, provider, logger }));

  const deps = {
    store: createAttemptStore(sql, () => publisher.nudge()),
    recovery: createRecoveryStore(sql, () => publisher.nudge()),
    provider,
    inFlight,
    undoing: new Map(),
    checkCard: cardCheck(config.cardValidation),
    timing: timing(config.timeScale),
    tally: newTally(),
    nowMs: Date.now,
    newId: uuidv7,
    random: Math.random,
  };
  const worker = new RecoveryWorker({ ...deps, owner, logger });
  const metrics = await openMetrics(app, config, { recovery: worker, outbox: publisher, logger });
  const server = buildServer({ deps, logger, rpc: config.rpc });
  // Together: each may take as long as the other.
  app.onStop('server', () => Promise.all([server.close({ drainMs: DRAIN_MS }), worker.stop()]));
  const { port } = await app.listening('TCP_PORT', config.port, () =>
    server.listen({ host: config.host, port: config.port }),
  );
  app.onStop(
    'certificates',
    followRpcTls({ files: config.rpcTlsFiles, current: config.rpc.tls, renew: server.reloadTls, logger }),
  );
  publisher.start();
  worker.start();
  return { port, cardValidation: config.cardValidation, ...metrics };
});

/** Listens for Prometheus where the configuration says so; what the ready line tells of it. */
async function openMetrics(
  app: App,
  { host, metricsPort }: PaymentConfig,
  { logger, ...sources }: MetricsOptions & { readonly logger: Logger },
): Promise<{ readonly metricsPort?: number }> {
  if (metricsPort === undefined) return {};
  const { close, ...measured } = createMetrics(sources);
  app.onStop('measurements', close);
  const endpoint = await app.listening('METRICS_PORT', metricsPort, () =>
    serveMetrics({ host, port: metricsPort, logger, ...measured }),
  );
  app.onStop('metrics', () => endpoint.close());
  return { metricsPort: endpoint.port };
}

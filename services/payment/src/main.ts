import { closePostgres, createLogger, followRpcTls, migrate, openPostgres, runMain } from '@shop/kit';
import { uuidv7 } from 'uuidv7';
import { loadConfig } from './config.ts';
import { cardCheck } from './domain/card-validation.ts';
import { createProvider } from './provider/client.ts';
import { buildServer } from './server.ts';
import { createAttemptStore } from './store/attempts.ts';
import { InFlight } from './workflow/in-flight.ts';
import { stopCharges } from './workflow/stop-charges.ts';

const MAX_CHARGES_IN_FLIGHT = 1_000;
/** Sending follows a claim within one statement's time, which the pool limits to 5 s. */
const ORPHANED_AFTER_MS = 15_000;
/** A handler answers within 9 s. */
const DRAIN_MS = 9_500;

runMain('payment', async (app) => {
  const config = loadConfig();
  const logger = createLogger({ name: 'payment', level: config.logLevel });
  app.useLogger(logger);

  const sql = openPostgres({ url: config.dbUrl, applicationName: 'payment' });
  app.onStop('postgres', () => closePostgres(sql));
  await migrate({ sql, directory: new URL('../migrations', import.meta.url), logger });

  const provider = createProvider(config.provider);
  const inFlight = new InFlight(MAX_CHARGES_IN_FLIGHT);
  app.onStop('charges', () => stopCharges({ inFlight, provider, logger }));

  const deps = {
    store: createAttemptStore(sql),
    provider,
    inFlight,
    checkCard: cardCheck(config.cardValidation),
    orphanedAfterMs: ORPHANED_AFTER_MS,
    nowMs: Date.now,
    newId: uuidv7,
  };
  const server = buildServer({ deps, logger, rpc: config.rpc });
  app.onStop('server', () => server.close({ drainMs: DRAIN_MS }));
  const { port } = await app.listening('TCP_PORT', config.port, () =>
    server.listen({ host: config.host, port: config.port }),
  );
  app.onStop(
    'certificates',
    followRpcTls({ files: config.rpcTlsFiles, current: config.rpc.tls, renew: server.reloadTls, logger }),
  );
  return { port, cardValidation: config.cardValidation };
});

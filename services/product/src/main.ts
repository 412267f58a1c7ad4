import { closePostgres, createLogger, followRpcTls, migrate, openPostgres, runMain } from '@shop/kit';
import { loadConfig } from './config.ts';
import { DEMO_CATALOGUE } from './demo.ts';
import { buildServer } from './server.ts';
import { createProducts } from './store/products.ts';

runMain('product', async (app) => {
  const config = loadConfig();
  const logger = createLogger({ name: 'product', level: config.logLevel });
  app.useLogger(logger);

  const sql = openPostgres({ url: config.dbUrl, applicationName: 'product' });
  app.onStop('postgres', () => closePostgres(sql));
  await migrate({ sql, directory: new URL('../migrations', import.meta.url), logger });

  const products = createProducts(sql);
  if (config.demo) await products.addMissing(DEMO_CATALOGUE);

  const server = buildServer({ deps: { products }, logger, rpc: config.rpc });
  app.onStop('server', () => server.close({ drainMs: 20_000 }));
  const { port } = await app.listening('TCP_PORT', config.port, () =>
    server.listen({ host: config.host, port: config.port }),
  );
  app.onStop(
    'certificates',
    followRpcTls({ files: config.rpcTlsFiles, current: config.rpc.tls, renew: server.reloadTls, logger }),
  );
  return { port };
});

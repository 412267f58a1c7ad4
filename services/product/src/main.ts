import { closePostgres, createLogger, followRpcTls, migrate, openPostgres, runMain } from '@shop/kit';
import { loadConfig } from './config.ts';
import { DEMO_CATALOGUE } from './demo.ts';
import { buildServer } from './server.ts';
import { followPriceChanges } from './store/price-changes.ts';
import { createProductCache } from './store/product-cache.ts';
import { createProducts } from './store/products.ts';

/** Some 3 MB. */
const MAX_CACHED_PRODUCTS = 10_000;

runMain('product', async (app) => {
  const config = loadConfig();
  const logger = createLogger({ name: 'product', level: config.logLevel });
  app.useLogger(logger);

  const sql = openPostgres({ url: config.dbUrl, applicationName: 'product' });
  app.onStop('postgres', () => closePostgres(sql));
  await migrate({ sql, directory: new URL('../migrations', import.meta.url), logger });

  const products = createProducts(sql);
  if (config.demo) await products.addMissing(DEMO_CATALOGUE);

  const cache = createProductCache({ find: products.byIds, ttlMs: config.cacheMs, maxEntries: MAX_CACHED_PRODUCTS });
  if (config.cacheMs > 0) await followPriceChanges(sql, cache, logger);

  const server = buildServer({ deps: { products, pricing: cache }, logger, rpc: config.rpc });
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

import cluster from 'node:cluster';
import { createLogger, runMain, superviseWorkers } from '@shop/kit';
import { loadConfig } from './config.ts';
import { serve } from './serve.ts';
import { gatherMetrics } from './workers/fleet-metrics.ts';

runMain('order', async (app) => {
  const config = loadConfig();
  const logger = createLogger({ name: 'order', level: config.logLevel });
  const { worker } = cluster;
  if (worker !== undefined) {
    const own = logger.child({ worker: worker.id });
    app.useLogger(own);
    return serve(app, config, own);
  }
  app.useLogger(logger);
  if (config.workers === 1) return serve(app, config, logger);
  gatherMetrics();
  return superviseWorkers({ app, count: config.workers, logger });
});

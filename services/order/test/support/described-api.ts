import { createLogger } from '@shop/kit';
import { buildApp } from '../../src/app.ts';
import { NO_LIMITS } from '../../src/http/limits.ts';
import { createMetrics } from '../../src/http/metrics.ts';
import { DEFAULT_BUDGETS } from '../../src/peers/budgets.ts';
import { openPeers } from '../../src/peers/peers.ts';
import { openOrderDatabase } from '../../src/store/mongo.ts';
import { createInFlight } from '../../src/workflow/in-flight.ts';

/** The document of the API, from an application that listens nowhere and reaches nobody. */
export const describedApi = async <T>(): Promise<T> => {
  const logger = createLogger({ name: 'order', level: 'silent' });
  const database = openOrderDatabase('mongodb://127.0.0.1:1');
  const options = {
    target: 'tcp://127.0.0.1:1',
    retry: { maxAttempts: 1 },
    timeoutMs: 1_000,
    breaker: { errorThresholdPercentage: 50, volumeThreshold: 20, resetMs: 1_000, maxResetMs: 1_000 },
  };
  const peers = openPeers({ user: options, product: options, payment: options }, logger);
  const metrics = createMetrics(database, { stuckMs: 600_000 });
  const now = (): Date => new Date();
  const app = await buildApp({
    workflow: { orders: database.orders, peers, budgets: DEFAULT_BUDGETS, now, newOrderId: () => '' },
    once: { keys: database.keys, fingerprintKey: database.fingerprintKey, keyLeaseMs: 30_000, now },
    inFlight: createInFlight(),
    limits: NO_LIMITS,
    loadBounds: { maxEventLoopDelayMs: 0, maxRssBytes: 0 },
    metrics,
    trustedProxies: [],
    logger,
    drain: { isDraining: false },
    checkDatabase: database.ping,
    peerStates: peers.states,
  });
  const answer = await app.inject({ method: 'GET', url: '/openapi.json' });
  await app.close();
  metrics.close();
  await peers.close();
  await database.close();
  // The document is what the API says of itself; the tests look at it.
  return answer.json() as T;
};

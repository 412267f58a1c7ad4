import { rpcMetrics } from 'cmdrpc/metrics';
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import { z } from 'zod';
import type { OrderDatabase } from '../store/mongo.ts';
import type { RecoveryOutcome } from '../workflow/recover-order.ts';
import { problems } from './documentation.ts';
import type { HttpApp } from './fastify.ts';
import { UNSHED } from './load-shedding.ts';

/** Upper bounds in seconds, up to the 12 s that a request has. */
const BUCKETS_SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 12];

/** Milliseconds that a count of the database is good for, however many scrapers there are. */
const COUNT_MS = 5_000;

/** The measurements of one process. Labels are routes, statuses and outcomes; nothing of a customer's. */
export interface Metrics {
  readonly registry: Registry;
  /** The text for Prometheus; of all workers, where there are several. */
  readonly render: () => Promise<string>;
  readonly onLook: (outcome: RecoveryOutcome) => void;
  readonly onRequest: (labels: { method: string; route: string; status: string }, seconds: number) => void;
  close(): void;
}

export interface MetricsOptions {
  /** How long an order may wait for Payment before it counts as stuck. */
  readonly stuckMs: number;
  /** Makes what renders the numbers of all workers out of this one's; left out, there is only this process. */
  readonly ofAll?: (registry: Registry) => () => Promise<string>;
}

export const createMetrics = (
  { recoveryQueue: queue, gate }: Pick<OrderDatabase, 'recoveryQueue' | 'gate'>,
  { stuckMs, ofAll }: MetricsOptions,
): Metrics => {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  const rpc = rpcMetrics({ register: registry });
  const requests = new Histogram({
    name: 'http_request_duration_seconds',
    help: 'Time to answer a request',
    labelNames: ['method', 'route', 'status'],
    buckets: BUCKETS_SECONDS,
    registers,
  });
  const looks = new Counter({
    name: 'orders_recovery_checks_total',
    help: 'Looks of recovery at orders that wait for Payment, by what they came to',
    labelNames: ['outcome'],
    registers,
  });
  const counts = freshFor(COUNT_MS, async () => ({
    byStatus: await queue.countByStatus(),
    stuck: await queue.countWaitingSince(new Date(Date.now() - stuckMs)),
  }));
  new Gauge({
    name: 'orders',
    help: 'Orders by status; absent while the database is away',
    labelNames: ['status'],
    registers,
    // Every worker counts the same database.
    aggregator: 'first',
    async collect() {
      this.reset();
      const found = await counts();
      for (const [status, count] of Object.entries(found?.byStatus ?? {})) this.set({ status }, count);
    },
  });
  new Gauge({
    name: 'orders_stuck',
    help: 'Orders that have waited for Payment for more than ten minutes; -1 while the database is away',
    registers,
    aggregator: 'max',
    async collect() {
      this.set((await counts())?.stuck ?? -1);
    },
  });
  new Gauge({
    name: 'orders_database_up',
    help: '0 while operations of the order database are refused at once because it was found out of reach',
    registers,
    aggregator: 'min',
    collect() {
      this.set(gate.isShut ? 0 : 1);
    },
  });
  new Counter({
    name: 'orders_database_refusals_total',
    help: 'Operations of the order database that were refused without a try',
    registers,
    collect() {
      this.reset();
      this.inc(gate.refusals);
    },
  });
  return {
    registry,
    render: ofAll?.(registry) ?? (() => registry.metrics()),
    onLook: (outcome) => looks.inc({ outcome }),
    onRequest: (labels, seconds) => requests.observe(labels, seconds),
    close: () => {
      rpc.stop();
      registry.clear();
    },
  };
};

/** What `read` gave within the last moment; asked once by all who ask at once. Undefined when it failed. */
const freshFor = <T>(ms: number, read: () => Promise<T>): (() => Promise<T | undefined>) => {
  let last: { readonly atMs: number; readonly value: Promise<T | undefined> } | undefined;
  return () => {
    const nowMs = performance.now();
    if (last === undefined || nowMs - last.atMs > ms) last = { atMs: nowMs, value: read().catch(() => undefined) };
    return last.value;
  };
};

/** `/metrics` for Prometheus, and the time of every request. */
export const addMetrics = (app: HttpApp, { registry, render, onRequest }: Metrics): void => {
  app.addHook('onResponse', async (request, reply) => {
    const { url = 'none' } = request.routeOptions;
    onRequest({ method: request.method, route: url, status: String(reply.statusCode) }, reply.elapsedTime / 1_000);
  });
  app.get(
    '/metrics',
    {
      config: UNSHED,
      schema: {
        operationId: 'metrics',
        summary: 'Measurements in the Prometheus text format',
        tags: ['operations'],
        response: {
          200: {
            description: 'the measurements',
            content: { 'text/plain': { schema: z.string() } },
          },
          ...problems([]),
        },
      },
    },
    async (_request, reply) => reply.type(registry.contentType).send(await render()),
  );
};

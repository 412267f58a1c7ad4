import { rpcMetrics } from 'cmdrpc/metrics';
import { Counter, collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import type { Publisher } from './workflow/publisher.ts';
import type { RecoveryWorker } from './workflow/recovery-worker.ts';

/** The measurements of one process. Labels are of its own making; nothing of a customer's. */
export interface Metrics {
  readonly contentType: string;
  /** The text for Prometheus. */
  readonly render: () => Promise<string>;
  close(): void;
}

export interface MetricsOptions {
  readonly recovery: Pick<RecoveryWorker, 'stats'>;
  readonly outbox: Pick<Publisher, 'stats'>;
}

/** Said in place of a number that is in a database which is away. */
const UNKNOWN = -1;

export const createMetrics = ({ recovery, outbox }: MetricsOptions): Metrics => {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  const rpc = rpcMetrics({ register: registry });
  const stuck = new Gauge({
    name: 'payment_attempts_stuck',
    help: 'Attempts that have been open for more than ten minutes, by the last count; -1 while it is not known',
    registers,
  });
  const looks = new Counter({
    name: 'payment_recovery_looks_total',
    help: 'Questions of recovery to the provider about an attempt',
    registers,
  });
  const events = new Counter({
    name: 'payment_recovery_events_total',
    help: 'What recovery, refunds and deposit notices came to',
    labelNames: ['event'],
    registers,
  });
  const waiting = new Gauge({
    name: 'payment_outbox_waiting',
    help: 'Settled payments that Order has yet to hear of, whoever settled them; -1 while the database is away',
    registers,
  });
  const lag = new Gauge({
    name: 'payment_outbox_lag_seconds',
    help: 'Since the oldest of them was settled; -1 while the database is away',
    registers,
  });
  const acknowledged = new Counter({
    name: 'payment_outbox_acknowledged_total',
    help: 'Settled payments that Order took from this process',
    registers,
  });
  const failures = new Counter({
    name: 'payment_outbox_failures_total',
    help: 'Tries of this process to tell Order that failed',
    registers,
  });

  const readRecovery = (): void => {
    const { stuck: count, looks: asked, ...others } = recovery.stats();
    stuck.set(count ?? UNKNOWN);
    becomes(looks, asked);
    events.reset();
    for (const [event, times] of Object.entries(others)) events.inc({ event }, times);
  };
  const readOutbox = async (): Promise<void> => {
    const stats = await outbox.stats();
    becomes(acknowledged, stats.acknowledged);
    becomes(failures, stats.failures);
    waiting.set(stats.backlog?.size ?? UNKNOWN);
    lag.set(stats.backlog === undefined ? UNKNOWN : stats.backlog.lagMs / 1_000);
  };

  return {
    contentType: registry.contentType,
    render: async () => {
      readRecovery();
      await readOutbox();
      return registry.metrics();
    },
    close: () => {
      rpc.stop();
      registry.clear();
    },
  };
};

const becomes = (counter: Counter, value: number): void => {
  counter.reset();
  counter.inc(value);
};

import type { Registry } from 'prom-client';
import { EVENTS } from '../core/events.ts';
import { CallMetrics } from './call-metrics.ts';
import { ConnectionMetrics } from './connection-metrics.ts';
import { PolicyMetrics, type WatchedClient } from './policy-metrics.ts';

/** Where the metrics go and what they are called. */
export interface RpcMetricsOptions {
  /** Registry the metrics go to. Default prom-client's global one. */
  readonly register?: Registry;
  /** What every name begins with. Default `rpc_`. */
  readonly prefix?: string;
  /** Upper bounds of the duration histogram in seconds. Default 1 ms to 10 s. */
  readonly bucketsSeconds?: readonly number[];
}

/** Counting in progress. */
export interface RpcMetrics {
  /** Adds `retry_budget_balance` of a client, read when it is scraped; `name` is its label. Ends with the returned function. */
  watch(name: string, client: WatchedClient): () => void;
  /** Ends counting and takes the metrics out of the registry. */
  stop(): void;
}

const BUCKETS_SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/**
 * Counts every call, attempt, retry, refusal, connection, breaker and drain of this process for Prometheus. Labels come
 * from contracts and options only; what a peer makes up is counted as method `_other`.
 * @throws a name that the registry has already.
 * @see docs/observability.md
 */
export const rpcMetrics = (options: RpcMetricsOptions = {}): RpcMetrics => {
  const prefix = options.prefix ?? 'rpc_';
  const registers = options.register === undefined ? undefined : [options.register];
  const naming = { prefix, registers };
  const calls = new CallMetrics(naming, options.bucketsSeconds ?? BUCKETS_SECONDS);
  const connections = new ConnectionMetrics(naming);
  const policies = new PolicyMetrics(naming);
  const { clientCall, clientAttempt, serverCall, connection, breaker, drain, retry, shed, queue } = EVENTS;
  clientCall.subscribe(calls.onClientCall);
  clientAttempt.subscribe(calls.onClientAttempt);
  serverCall.subscribe(calls.onServerCall);
  connection.subscribe(connections.onConnection);
  connection.subscribe(policies.onConnection);
  breaker.subscribe(policies.onBreaker);
  drain.subscribe(policies.onDrain);
  retry.subscribe(policies.onRetry);
  shed.subscribe(policies.onShed);
  queue.subscribe(policies.onQueue);
  return {
    watch: (name, client) => policies.watch(name, client),
    stop() {
      clientCall.unsubscribe(calls.onClientCall);
      clientAttempt.unsubscribe(calls.onClientAttempt);
      serverCall.unsubscribe(calls.onServerCall);
      connection.unsubscribe(connections.onConnection);
      connection.unsubscribe(policies.onConnection);
      breaker.unsubscribe(policies.onBreaker);
      drain.unsubscribe(policies.onDrain);
      retry.unsubscribe(policies.onRetry);
      shed.unsubscribe(policies.onShed);
      queue.unsubscribe(policies.onQueue);
      calls.remove();
      connections.remove();
      policies.remove();
    },
  };
};

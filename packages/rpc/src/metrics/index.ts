export type { WatchedClient } from './policy-metrics.ts';
export { type RpcMetrics, type RpcMetricsOptions, rpcMetrics } from './rpc-metrics.ts';

export { commonEnv, flag, hosts, optionalPort, postgresUrl, tcpPort, wholeNumber } from './env/fields.ts';
export { ConfigError, type ConfigIssue, parseEnv } from './env/parse-env.ts';
export {
  type RpcClientOptions,
  type RpcClientTls,
  type RpcServerOptions,
  type RpcServerTls,
  rpcClientOptions,
  rpcServerOptions,
  rpcTlsFiles,
} from './env/rpc-options.ts';
export type { RpcTlsFiles } from './env/rpc-tls.ts';
export { MIN_SECRET_BYTES, secretIssues } from './env/secrets.ts';
export { type ServiceConfig, serviceConfig, serviceEnv } from './env/service-config.ts';
export { withServiceRules } from './env/service-rules.ts';
export { type App, runMain } from './lifecycle.ts';
export { createLogger, type Logger, type LoggerOptions } from './logger.ts';
export { type MetricsEndpoint, type MetricsEndpointOptions, serveMetrics } from './metrics-endpoint.ts';
export { type MigrateOptions, migrate } from './migrate.ts';
export { sayingOutages } from './outage.ts';
export {
  closePostgres,
  openPostgres,
  type PostgresOptions,
  pingPostgres,
  type Sql,
  type SqlStatement,
  type TransactionSql,
} from './postgres.ts';
export { type FollowRpcTlsOptions, followRpcTls } from './rpc-certificates.ts';
export { type SuperviseOptions, superviseWorkers } from './workers/supervise.ts';

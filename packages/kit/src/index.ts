export { commonEnv, flag, hosts, postgresUrl, tcpPort, wholeNumber } from './env/fields.ts';
export { ConfigError, type ConfigIssue, parseEnv } from './env/parse-env.ts';
export { type RpcClientOptions, rpcClientOptions } from './env/rpc-client.ts';
export { MIN_SECRET_BYTES, secretIssues, withSecrets } from './env/secrets.ts';
export { type App, runMain } from './lifecycle.ts';
export { createLogger, type Logger, type LoggerOptions } from './logger.ts';
export { type MigrateOptions, migrate } from './migrate.ts';
export {
  closePostgres,
  openPostgres,
  type PostgresOptions,
  pingPostgres,
  type Sql,
  type TransactionSql,
} from './postgres.ts';

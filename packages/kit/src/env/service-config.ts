import { z } from 'zod';
import { commonEnv, postgresUrl, tcpPort } from './fields.ts';
import { type RpcServerOptions, rpcServerOptions, rpcTlsFiles } from './rpc-options.ts';
import type { RpcTlsFiles } from './rpc-tls.ts';

/** What a service over PostgreSQL needs to know to start, whatever else it needs. */
export interface ServiceConfig {
  readonly host: string;
  readonly port: number;
  readonly dbUrl: string;
  readonly logLevel: string;
  /** Who may call this service's commands. */
  readonly rpc: RpcServerOptions;
  readonly rpcTlsFiles: RpcTlsFiles | undefined;
}

/** The part of its environment that says so; spread it into the service's own schema. */
export const serviceEnv = (port: number) => ({
  ...commonEnv,
  /** Address that is listened on. */
  HOST: z.string().default('0.0.0.0'),
  TCP_PORT: tcpPort(port),
  DB_URL: postgresUrl,
});

/** Reads that part of an environment that was parsed. */
export const serviceConfig = (env: z.output<z.ZodObject<ReturnType<typeof serviceEnv>>>): ServiceConfig => ({
  host: env.HOST,
  port: env.TCP_PORT,
  dbUrl: env.DB_URL,
  logLevel: env.LOG_LEVEL,
  rpc: rpcServerOptions(env),
  rpcTlsFiles: rpcTlsFiles(env),
});

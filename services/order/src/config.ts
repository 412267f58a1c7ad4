import {
  commonEnv,
  hosts,
  parseEnv,
  type RpcServerOptions,
  type RpcTlsFiles,
  rpcClientOptions,
  rpcServerOptions,
  rpcTlsFiles,
  tcpPort,
  withServiceRules,
} from '@shop/kit';
import { z } from 'zod';
import type { PeerOptions } from './peers/peers.ts';

/** What the order service needs to know to start. */
export interface OrderConfig {
  readonly host: string;
  readonly httpPort: number;
  readonly tcpPort: number;
  readonly mongoUri: string;
  readonly peers: PeerOptions;
  readonly logLevel: string;
  /** Who may call this service's commands. */
  readonly rpc: RpcServerOptions;
  readonly rpcTlsFiles: RpcTlsFiles | undefined;
  /** What every time of recovery is multiplied by. */
  readonly recoveryTimeScale: number;
}

const timeScale = z
  .string()
  .regex(/^[0-9]{1,2}(\.[0-9]{1,4})?$/, 'must be a number from 0.001 to 10')
  .transform(Number)
  .pipe(z.number().min(0.001).max(10))
  .default(1);

const schema = withServiceRules(
  z.object({
    ...commonEnv,
    /** Address that both ports listen on. */
    HOST: z.string().default('0.0.0.0'),
    HTTP_PORT: tcpPort(3004),
    TCP_PORT: tcpPort(4004),
    MONGO_URI: z.string().regex(/^mongodb(\+srv)?:\/\/./, 'must be a mongodb:// URI'),
    USER_HOST: hosts,
    USER_TCP_PORT: tcpPort(4010),
    PRODUCT_HOST: hosts,
    PRODUCT_TCP_PORT: tcpPort(4020),
    PAYMENT_HOST: hosts,
    PAYMENT_TCP_PORT: tcpPort(4030),
    /** Under 1 recovery is faster, for tests. */
    RECOVERY_TIME_SCALE: timeScale,
  }),
  [],
);

/**
 * Reads the environment.
 * @throws {ConfigError} naming every bad key.
 */
export const loadConfig = (env: Readonly<Record<string, string | undefined>> = process.env): OrderConfig => {
  const parsed = parseEnv(schema, env);
  return {
    host: parsed.HOST,
    httpPort: parsed.HTTP_PORT,
    tcpPort: parsed.TCP_PORT,
    mongoUri: parsed.MONGO_URI,
    peers: {
      user: rpcClientOptions(parsed, { host: parsed.USER_HOST, port: parsed.USER_TCP_PORT }),
      product: rpcClientOptions(parsed, { host: parsed.PRODUCT_HOST, port: parsed.PRODUCT_TCP_PORT }),
      payment: rpcClientOptions(parsed, { host: parsed.PAYMENT_HOST, port: parsed.PAYMENT_TCP_PORT }),
    },
    logLevel: parsed.LOG_LEVEL,
    rpc: rpcServerOptions(parsed),
    rpcTlsFiles: rpcTlsFiles(parsed),
    recoveryTimeScale: parsed.RECOVERY_TIME_SCALE,
  };
};

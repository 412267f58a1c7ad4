import { availableParallelism } from 'node:os';
import {
  commonEnv,
  flag,
  hosts,
  parseEnv,
  type RpcServerOptions,
  type RpcTlsFiles,
  rpcClientOptions,
  rpcServerOptions,
  rpcTlsFiles,
  tcpPort,
  wholeNumber,
  withServiceRules,
} from '@shop/kit';
import { z } from 'zod';
import { type Limits, NO_LIMITS } from './http/limits.ts';
import type { LoadBounds } from './http/load-shedding.ts';
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
  /** Key of the fingerprints of requests; undefined to keep one in the database. */
  readonly idempotencySecret: string | undefined;
  readonly trustedProxies: readonly string[];
  readonly limits: Limits;
  readonly loadBounds: LoadBounds;
  /** Processes that share the ports. */
  readonly workers: number;
}

const timeScale = z
  .string()
  .regex(/^[0-9]{1,2}(\.[0-9]{1,4})?$/, 'must be a number from 0.001 to 10')
  .transform(Number)
  .pipe(z.number().min(0.001).max(10))
  .default(1);

const MAX_WORKERS = 128;

/** `auto` is one for each core that this process may use. */
const workers = z
  .string()
  .regex(/^(?:auto|[1-9][0-9]{0,2})$/, `must be auto or a whole number from 1 to ${MAX_WORKERS}`)
  .transform((text) => (text === 'auto' ? availableParallelism() : Number(text)))
  .pipe(z.number().max(MAX_WORKERS, `must be auto or a whole number from 1 to ${MAX_WORKERS}`))
  .default(1);

// An IPv4 or IPv6 address, with a prefix length when it is a block.
const PROXY = /^[0-9A-Fa-f:.]{2,45}(?:\/[0-9]{1,3})?$/;

const proxies = z
  .string()
  .default('')
  .transform((list) =>
    list
      .split(',')
      .map((proxy) => proxy.trim())
      .filter((proxy) => proxy !== ''),
  )
  .pipe(z.array(z.string().regex(PROXY, 'must be a comma-separated list of addresses or CIDR blocks')));

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
    IDEMPOTENCY_SECRET: z.string().optional(),
    TRUST_PROXY: proxies,
    /** `false` switches all of RATE_LIMIT_* off. */
    RATE_LIMIT_ENABLED: flag(true),
    RATE_LIMIT_ADDRESS_PER_MIN: wholeNumber(600),
    RATE_LIMIT_LOGIN_PER_MIN: wholeNumber(5),
    RATE_LIMIT_REFRESH_PER_MIN: wholeNumber(10),
    RATE_LIMIT_ORDER_PER_MIN: wholeNumber(30),
    RATE_LIMIT_DECLINES_PER_10_MIN: wholeNumber(5),
    RATE_LIMIT_WEBHOOK_PER_MIN: wholeNumber(600),
    LOAD_SHED_EVENT_LOOP_DELAY_MS: wholeNumber(1_000),
    LOAD_SHED_RSS_MIB: wholeNumber(0),
    WORKERS: workers,
  }),
  [],
  // Without one a key is made and kept in the database.
  ['IDEMPOTENCY_SECRET'],
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
    idempotencySecret: parsed.IDEMPOTENCY_SECRET,
    trustedProxies: parsed.TRUST_PROXY,
    limits: parsed.RATE_LIMIT_ENABLED
      ? {
          addressPerMinute: parsed.RATE_LIMIT_ADDRESS_PER_MIN,
          loginPerMinute: parsed.RATE_LIMIT_LOGIN_PER_MIN,
          refreshPerMinute: parsed.RATE_LIMIT_REFRESH_PER_MIN,
          orderPerMinute: parsed.RATE_LIMIT_ORDER_PER_MIN,
          declinesPer10Minutes: parsed.RATE_LIMIT_DECLINES_PER_10_MIN,
          webhookPerMinute: parsed.RATE_LIMIT_WEBHOOK_PER_MIN,
        }
      : NO_LIMITS,
    loadBounds: {
      maxEventLoopDelayMs: parsed.LOAD_SHED_EVENT_LOOP_DELAY_MS,
      maxRssBytes: parsed.LOAD_SHED_RSS_MIB * 1_024 * 1_024,
    },
    workers: parsed.WORKERS,
  };
};

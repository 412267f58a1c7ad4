import {
  commonEnv,
  hosts,
  parseEnv,
  postgresUrl,
  type RpcServerOptions,
  type RpcTlsFiles,
  rpcServerOptions,
  rpcTlsFiles,
  tcpPort,
  withServiceRules,
} from '@shop/kit';
import { z } from 'zod';
import { CARD_VALIDATIONS, type CardValidation } from './domain/card-validation.ts';
import { isLoopback, isSafeBaseUrl } from './provider/base-url.ts';

/** What the payment service needs to know to start. */
export interface PaymentConfig {
  readonly host: string;
  readonly port: number;
  readonly dbUrl: string;
  readonly logLevel: string;
  /** Who may call this service's commands. */
  readonly rpc: RpcServerOptions;
  readonly rpcTlsFiles: RpcTlsFiles | undefined;
  readonly provider: { readonly baseUrl: string; readonly secretKey: string };
  readonly cardValidation: CardValidation;
}

const baseUrl = z
  .url({ protocol: /^https?$/, error: 'must be an https URL', abort: true })
  .refine((url) => isSafeBaseUrl(new URL(url)), 'must be https unless its host is loopback');

const schema = withServiceRules(
  z.object({
    ...commonEnv,
    HOST: z.string().default('0.0.0.0'),
    TCP_PORT: tcpPort(4030),
    DB_URL: postgresUrl,
    // Where settled payments will be announced: asked for from the first release on, so that no deployment lacks it.
    ORDER_HOST: hosts,
    ORDER_TCP_PORT: tcpPort(4004),
    TOSS_BASE_URL: baseUrl,
    TOSS_SECRET_KEY: z.string(),
    CARD_VALIDATION: z.enum(CARD_VALIDATIONS).optional(),
  }),
  ['TOSS_SECRET_KEY'],
).superRefine(
  (env, ctx) => {
    const message = wrongKind(env.TOSS_SECRET_KEY, env.NODE_ENV === 'production');
    if (message !== undefined) ctx.addIssue({ code: 'custom', path: ['TOSS_SECRET_KEY'], message });
  },
  { when: () => true },
);

/** A live key moves real money, a test key none: each is refused where the other belongs. */
function wrongKind(key: string | undefined, production: boolean): string | undefined {
  if (production && key?.startsWith('test_')) return 'is a test key, which charges nobody';
  if (!production && key?.startsWith('live_')) return 'is a live key outside production';
  return undefined;
}

/**
 * Reads the environment. Cards are looked at `basic`ally against the sandbox and `strict`ly against the real provider,
 * unless said otherwise.
 * @throws {ConfigError} naming every bad key.
 */
export function loadConfig(env: Readonly<Record<string, string | undefined>> = process.env): PaymentConfig {
  const parsed = parseEnv(schema, env);
  const byDefault = isLoopback(new URL(parsed.TOSS_BASE_URL)) ? 'basic' : 'strict';
  return {
    host: parsed.HOST,
    port: parsed.TCP_PORT,
    dbUrl: parsed.DB_URL,
    logLevel: parsed.LOG_LEVEL,
    rpc: rpcServerOptions(parsed),
    rpcTlsFiles: rpcTlsFiles(parsed),
    provider: { baseUrl: parsed.TOSS_BASE_URL, secretKey: parsed.TOSS_SECRET_KEY },
    cardValidation: parsed.CARD_VALIDATION ?? byDefault,
  };
}

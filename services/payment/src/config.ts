import {
  hosts,
  optionalPort,
  parseEnv,
  type RpcClientOptions,
  rpcClientOptions,
  type ServiceConfig,
  serviceConfig,
  serviceEnv,
  tcpPort,
  wholeNumber,
  withServiceRules,
} from '@shop/kit';
import { z } from 'zod';
import { CARD_VALIDATIONS, type CardValidation } from './domain/card-validation.ts';
import { isLoopback, isSafeBaseUrl } from './provider/base-url.ts';

/** What the payment service needs to know to start. */
export interface PaymentConfig extends ServiceConfig {
  readonly provider: {
    readonly baseUrl: string;
    readonly secretKey: string;
    readonly bank: string;
    readonly depositHours: number;
  };
  /** Where Prometheus may ask; nowhere when it is left out. */
  readonly metricsPort: number | undefined;
  /** How to reach Order. */
  readonly order: RpcClientOptions;
  /** What the durations of recovery are multiplied by. */
  readonly timeScale: number;
  readonly cardValidation: CardValidation;
}

const baseUrl = z
  .url({ protocol: /^https?$/, error: 'must be an https URL', abort: true })
  .refine((url) => isSafeBaseUrl(new URL(url)), 'must be https unless its host is loopback');

const schema = withServiceRules(
  z.object({
    ...serviceEnv(4030),
    METRICS_PORT: optionalPort,
    ORDER_HOST: hosts,
    ORDER_TCP_PORT: tcpPort(4004),
    TOSS_BASE_URL: baseUrl,
    TOSS_SECRET_KEY: z.string(),
    TOSS_VIRTUAL_ACCOUNT_BANK: z
      .string()
      .regex(/^[0-9]{2}$/, "must be the provider's two digits of a bank")
      .default('20'),
    TOSS_VIRTUAL_ACCOUNT_HOURS: wholeNumber(168, { min: 1, max: 2_160 }),
    RECOVERY_TIME_SCALE: z
      .string()
      .regex(/^[0-9]{1,3}(\.[0-9]{1,6})?$/, 'must be a number from 0.001 to 100')
      .transform(Number)
      .pipe(z.number().min(0.001).max(100))
      .default(1),
    CARD_VALIDATION: z.enum(CARD_VALIDATIONS).optional(),
  }),
  ['TOSS_SECRET_KEY'],
).superRefine(
  (env, ctx) => {
    const message = wrongKind(env.TOSS_SECRET_KEY, env.NODE_ENV === 'production');
    if (message !== undefined) ctx.addIssue({ code: 'custom', path: ['TOSS_SECRET_KEY'], message });
    // Sooner than the provider's longest approval, a charge under way would be taken for none.
    if (env.NODE_ENV === 'production' && env.RECOVERY_TIME_SCALE < 1)
      ctx.addIssue({ code: 'custom', path: ['RECOVERY_TIME_SCALE'], message: 'must not be under 1 in production' });
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
    ...serviceConfig(parsed),
    provider: {
      baseUrl: parsed.TOSS_BASE_URL,
      secretKey: parsed.TOSS_SECRET_KEY,
      bank: parsed.TOSS_VIRTUAL_ACCOUNT_BANK,
      depositHours: parsed.TOSS_VIRTUAL_ACCOUNT_HOURS,
    },
    metricsPort: parsed.METRICS_PORT,
    order: rpcClientOptions(parsed, { host: parsed.ORDER_HOST, port: parsed.ORDER_TCP_PORT }),
    timeScale: parsed.RECOVERY_TIME_SCALE,
    cardValidation: parsed.CARD_VALIDATION ?? byDefault,
  };
}

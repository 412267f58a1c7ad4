import { commonEnv, hosts, parseEnv, postgresUrl, tcpPort, withSecrets } from '@shop/kit';
import { z } from 'zod';
import { CARD_VALIDATIONS } from './domain/card-validation.ts';
import { isLoopback, isSafeBaseUrl } from './provider/base-url.ts';

const baseUrl = z
  .url({ protocol: /^https?$/, error: 'must be an https URL', abort: true })
  .refine((url) => isSafeBaseUrl(new URL(url)), 'must be https unless its host is loopback');

const env = withSecrets(
  z.object({
    ...commonEnv,
    HOST: z.string().default('0.0.0.0'),
    TCP_PORT: tcpPort(4030),
    DB_URL: postgresUrl,
    ORDER_HOST: hosts,
    ORDER_TCP_PORT: tcpPort(4004),
    TOSS_BASE_URL: baseUrl,
    TOSS_SECRET_KEY: z.string(),
    CARD_VALIDATION: z.enum(CARD_VALIDATIONS).optional(),
  }),
  ['TOSS_SECRET_KEY'],
).superRefine(
  ({ NODE_ENV, TOSS_SECRET_KEY }, ctx) => {
    const message = wrongKind(TOSS_SECRET_KEY, NODE_ENV === 'production');
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

/** This process's environment, checked as a whole. */
export type Config = ReturnType<typeof readConfig>;

/**
 * Reads the environment. Card validation is `basic` against the sandbox and `strict` against the real provider, unless said.
 * @throws {ConfigError} naming every bad key.
 */
export function readConfig(source?: Readonly<Record<string, string | undefined>>) {
  const config = parseEnv(env, source);
  const byDefault = isLoopback(new URL(config.TOSS_BASE_URL)) ? 'basic' : 'strict';
  return { ...config, CARD_VALIDATION: config.CARD_VALIDATION ?? byDefault } as const;
}

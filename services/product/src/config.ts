import {
  flag,
  parseEnv,
  type ServiceConfig,
  serviceConfig,
  serviceEnv,
  wholeNumber,
  withServiceRules,
} from '@shop/kit';
import { z } from 'zod';

/** What the product service needs to know to start. */
export interface ProductConfig extends ServiceConfig {
  /** Milliseconds for which a price may be answered from memory; 0 always asks the database. */
  readonly cacheMs: number;
  /** Whether the demo catalogue is wanted. */
  readonly demo: boolean;
}

const schema = withServiceRules(
  z.object({
    ...serviceEnv(4020),
    PRODUCT_CACHE_MS: wholeNumber(1_000, { max: 60_000 }),
    DEMO_DATA: flag(false),
  }),
  [],
).superRefine(
  (env, ctx) => {
    if (env.DEMO_DATA && env.NODE_ENV === 'production')
      ctx.addIssue({ code: 'custom', path: ['DEMO_DATA'], message: 'is refused in production' });
  },
  { when: () => true },
);

/**
 * Reads the environment.
 * @throws {ConfigError} naming every bad key.
 */
export function loadConfig(env: Readonly<Record<string, string | undefined>> = process.env): ProductConfig {
  const parsed = parseEnv(schema, env);
  return {
    ...serviceConfig(parsed),
    cacheMs: parsed.PRODUCT_CACHE_MS,
    demo: parsed.DEMO_DATA,
  };
}

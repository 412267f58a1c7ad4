import { z } from 'zod';

/** The key that the embedded run uses. It opens nothing but a sandbox. */
export const DEFAULT_SECRET_KEY = 'test_sk_sandbox_9wQbX2mVt4Lr7KdP';

const PORT_RULE = 'must be a port number from 0 to 65535';

const configSchema = z.object({
  SANDBOX_PORT: z
    .string()
    .regex(/^\d{1,5}$/, PORT_RULE)
    .default('4099')
    .transform(Number)
    .refine((port) => port <= 65_535, PORT_RULE),
  SANDBOX_HOST: z.string().max(253, 'must be a host name or address').default('127.0.0.1'),
  SANDBOX_DB: z.string().default('.data/payment-sandbox.sqlite'),
  SANDBOX_SECRET_KEY: z
    .string()
    .regex(/^(test|live)_[A-Za-z0-9_]{8,200}$/, 'must start with test_ or live_ and have only letters, digits and _')
    .default(DEFAULT_SECRET_KEY),
  SANDBOX_WEBHOOK_URL: z.url({ protocol: /^https?$/, error: 'must be an http or https URL' }).optional(),
  LOG_LEVEL: z
    .enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'], {
      error: 'must be trace, debug, info, warn, error, fatal or silent',
    })
    .default('info'),
});

/** The settings of the process, by the names of their environment variables. */
export type SandboxConfig = z.output<typeof configSchema>;

/**
 * Reads the settings; an empty variable counts as unset.
 * @throws {Error} naming every bad variable at once, and never its value.
 */
export function readConfig(env: NodeJS.ProcessEnv = process.env): SandboxConfig {
  const set = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''));
  const result = configSchema.safeParse(set);
  if (result.success) return result.data;
  const problems = result.error.issues.map((issue) => `${issue.path.join('.')} ${issue.message}`);
  throw new Error(`bad configuration: ${problems.join('; ')}`);
}

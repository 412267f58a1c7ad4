import { parseEnv, postgresUrl, tcpPort } from '@shop/kit';
import { z } from 'zod';
import type { StackOptions } from './stack.ts';

const schema = z.object({
  DATA_DIR: z.string().default('.data'),
  HOST: z.string().default('127.0.0.1'),
  HTTP_PORT: tcpPort(3004),
  ORDER_TCP_PORT: tcpPort(4004),
  USER_TCP_PORT: tcpPort(4010),
  PRODUCT_TCP_PORT: tcpPort(4020),
  PAYMENT_TCP_PORT: tcpPort(4030),
  SANDBOX_PORT: tcpPort(4099),
  POSTGRES_PORT: tcpPort(54_320),
  MONGO_PORT: tcpPort(27_018),
  MONGO_URI: z
    .string()
    .regex(/^mongodb(\+srv)?:\/\//, 'must be a mongodb:// URL')
    .optional(),
  POSTGRES_URL: postgresUrl.optional(),
});

/**
 * What the environment says about the stack.
 * @throws {ConfigError} naming every bad key.
 */
export function readConfig(env: Readonly<Record<string, string | undefined>> = process.env): StackOptions {
  const parsed = parseEnv(schema, env);
  return {
    dataDir: parsed.DATA_DIR,
    host: parsed.HOST,
    ports: {
      http: parsed.HTTP_PORT,
      order: parsed.ORDER_TCP_PORT,
      user: parsed.USER_TCP_PORT,
      product: parsed.PRODUCT_TCP_PORT,
      payment: parsed.PAYMENT_TCP_PORT,
      sandbox: parsed.SANDBOX_PORT,
      postgres: parsed.POSTGRES_PORT,
      mongo: parsed.MONGO_PORT,
    },
    ...(parsed.MONGO_URI !== undefined && { mongoUri: parsed.MONGO_URI }),
    ...(parsed.POSTGRES_URL !== undefined && { postgresUrl: parsed.POSTGRES_URL }),
  };
}

import { join } from 'node:path';
import type { DataDir } from './data-dir/data-dir.ts';
import type { Secrets } from './data-dir/secrets.ts';
import { nodePart } from './process/node-part.ts';
import type { PartSpec } from './process/spec.ts';

/** What the stack listens on. */
export const PORT_KEYS = ['http', 'order', 'user', 'product', 'payment', 'sandbox', 'postgres', 'mongo'] as const;
export type Ports = Readonly<Record<(typeof PORT_KEYS)[number], number>>;

/** One database each: a service reads no table of another. */
export const DATABASES = ['user', 'product', 'payment'] as const;
export type DatabaseName = (typeof DATABASES)[number];

export interface Topology {
  readonly ports: Ports;
  /** The ports that the parts dial to reach each other: their own, unless something was put in between. */
  readonly dialed: Ports;
  /** The gateway's address; everything else is on the loopback. */
  readonly host: string;
  readonly secrets: Secrets;
  readonly dataDir: DataDir;
  readonly databaseUrl: (name: DatabaseName) => string;
  readonly mongoUri: string;
}

const LOOPBACK = '127.0.0.1';

/** The provider's stand-in, with its ledger. */
export function sandboxPart({ ports, dialed, secrets, dataDir }: Topology): PartSpec {
  return nodePart('sandbox', 'tools/payment-sandbox/src/main.ts', {
    env: {
      SANDBOX_HOST: LOOPBACK,
      SANDBOX_PORT: String(ports.sandbox),
      SANDBOX_DB: join(dataDir.sandbox, 'ledger.sqlite'),
      SANDBOX_SECRET_KEY: secrets.tossSecretKey,
      SANDBOX_WEBHOOK_URL: `http://${LOOPBACK}:${dialed.http}/webhooks/toss`,
    },
  });
}

/** The services that Order calls; they start side by side. */
export function calledServices(topology: Topology): PartSpec[] {
  const { ports, dialed, secrets, databaseUrl } = topology;
  const common = { NODE_ENV: 'development', HOST: LOOPBACK, RPC_AUTH_TOKEN: secrets.rpcAuthToken };
  return [
    nodePart('user', 'services/user/src/main.ts', {
      env: {
        ...common,
        TCP_PORT: String(ports.user),
        DB_URL: databaseUrl('user'),
        ACCESS_TOKEN_SECRET: secrets.accessToken,
        REFRESH_TOKEN_SECRET: secrets.refreshToken,
        DEMO_DATA: 'true',
        DEMO_PASSWORD: secrets.demoPassword,
      },
    }),
    nodePart('product', 'services/product/src/main.ts', {
      env: { ...common, TCP_PORT: String(ports.product), DB_URL: databaseUrl('product'), DEMO_DATA: 'true' },
    }),
    nodePart('payment', 'services/payment/src/main.ts', {
      env: {
        ...common,
        TCP_PORT: String(ports.payment),
        DB_URL: databaseUrl('payment'),
        ORDER_HOST: LOOPBACK,
        ORDER_TCP_PORT: String(dialed.order),
        TOSS_BASE_URL: `http://${LOOPBACK}:${dialed.sandbox}`,
        TOSS_SECRET_KEY: secrets.tossSecretKey,
      },
    }),
  ];
}

/** The gateway. */
export function orderPart({ ports, dialed, secrets, host, mongoUri }: Topology): PartSpec {
  return nodePart('order', 'services/order/src/main.ts', {
    env: {
      NODE_ENV: 'development',
      HOST: host,
      HTTP_PORT: String(ports.http),
      TCP_PORT: String(ports.order),
      MONGO_URI: mongoUri,
      USER_HOST: LOOPBACK,
      USER_TCP_PORT: String(dialed.user),
      PRODUCT_HOST: LOOPBACK,
      PRODUCT_TCP_PORT: String(dialed.product),
      PAYMENT_HOST: LOOPBACK,
      PAYMENT_TCP_PORT: String(dialed.payment),
      RPC_AUTH_TOKEN: secrets.rpcAuthToken,
    },
  });
}

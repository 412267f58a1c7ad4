import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { closePostgres, createLogger, migrate, openPostgres } from '@shop/kit';
import { embeddedUrl } from '@shop/kit/embedded-postgres';
import { type Stack, startStack } from '@shop/stack';
import type { OneProcessOptions } from './one-process.ts';

/** Limits are counted as ever, and never reached. */
const UNREACHED = '1000000000';
const LIMITS = ['ADDRESS_PER_MIN', 'ORDER_PER_MIN'];
const ANY_PORT = { http: 0, order: 0, user: 0, product: 0, payment: 0, sandbox: 0, postgres: 0, mongo: 0 };
const PAYMENT_DATABASE = 'bench_payment';

/** A shop as `start` runs it, on new data, and what the one process needs to work on the same servers. */
export interface Shop {
  readonly stack: Stack;
  readonly oneProcess: OneProcessOptions;
  /** Announcements of both payment databases that Order has not heard yet. */
  untold(): Promise<number>;
  close(): Promise<void>;
}

export const openShop = async (): Promise<Shop> => {
  const path = await mkdtemp(join(tmpdir(), 'shop-bench-'));
  for (const name of LIMITS) process.env[`RATE_LIMIT_${name}`] = UNREACHED;
  const stack = await startStack({ dataDir: path, ports: ANY_PORT });
  const secrets: { readonly postgresPassword: string; readonly tossSecretKey: string } = JSON.parse(
    await readFile(stack.dataDir.secrets, 'utf8'),
  );
  const urlOf = (name: string): string => embeddedUrl(stack.ports.postgres, secrets.postgresPassword, name);

  const admin = openPostgres({ url: urlOf('postgres'), applicationName: 'bench', max: 1 });
  await admin.unsafe(`CREATE DATABASE ${PAYMENT_DATABASE}`);
  await closePostgres(admin);
  const [own, theirs] = [PAYMENT_DATABASE, 'payment'].map((name) =>
    openPostgres({ url: urlOf(name), applicationName: 'bench', max: 1 }),
  );
  if (own === undefined || theirs === undefined) throw new Error('two databases were opened');
  const directory = new URL('../../../services/payment/migrations', import.meta.url);
  await migrate({ sql: own, directory, logger: createLogger({ name: 'bench', level: 'warn' }) });

  return {
    stack,
    oneProcess: {
      userDbUrl: urlOf('user'),
      productDbUrl: urlOf('product'),
      paymentDbUrl: urlOf(PAYMENT_DATABASE),
      mongoUri: `mongodb://127.0.0.1:${stack.ports.mongo}/bench_order`,
      providerUrl: stack.urls.sandbox,
      providerKey: secrets.tossSecretKey,
    },
    untold: async () => {
      let untold = 0;
      for (const sql of [own, theirs]) {
        const [row] = await sql`SELECT count(*)::integer AS n FROM payment_outbox WHERE acknowledged_at IS NULL`;
        untold += Number(row?.n);
      }
      return untold;
    },
    close: async () => {
      await Promise.all([closePostgres(own), closePostgres(theirs)]);
      await stack.stop();
      await rm(path, { recursive: true, force: true });
    },
  };
};

import { userContract } from '@shop/contracts';
import { closePostgres, createLogger, migrate, openPostgres, type Sql } from '@shop/kit';
import { startTestPostgres } from '@shop/kit/testing';
import { createClient } from 'cmdrpc';
import { uuidv7 } from 'uuidv7';
import { ACCESS_TOKEN_SECONDS, REFRESH_TOKEN_SECONDS, TOKEN_AUDIENCE, TOKEN_ISSUER } from '../src/config.ts';
import { createAccessTokens } from '../src/credentials/access-tokens.ts';
import { createPasswords } from '../src/credentials/passwords.ts';
import { createThrottle } from '../src/credentials/throttle.ts';
import { createTurnstile } from '../src/credentials/turnstile.ts';
import { buildServer } from '../src/server.ts';
import { createSessions } from '../src/store/sessions.ts';
import { createTries } from '../src/store/tries.ts';
import { createUsers } from '../src/store/users.ts';

export const ACCESS_KEY = new Uint8Array(Buffer.alloc(32, 'access'));
const TRY_KEY = new Uint8Array(Buffer.alloc(32, 'try'));
const REFRESH_KEY = new Uint8Array(Buffer.alloc(32, 'refresh'));

/** The whole service over a real socket and a real database; only its clock is ours, and its scrypt is cheap. */
export async function startService(sharedDatabaseUrl?: string) {
  const database = sharedDatabaseUrl === undefined ? await startTestPostgres() : undefined;
  const databaseUrl = sharedDatabaseUrl ?? database?.url ?? '';
  const sql: Sql = openPostgres({ url: databaseUrl, applicationName: 'user-test' });
  const logged: string[] = [];
  const logger = createLogger({ name: 'user', level: 'debug', destination: { write: (line) => logged.push(line) } });
  await migrate({ sql, directory: new URL('../migrations', import.meta.url), logger });

  let skewMs = 0;
  const now = (): Date => new Date(Date.now() + skewMs);
  const users = createUsers(sql);
  const sessions = createSessions(sql);
  const tries = createTries(sql);
  const throttle = createThrottle({ tries, key: TRY_KEY, now });
  const passwords = createPasswords({
    turnstile: createTurnstile({ atOnce: 2, maxWaiting: 20 }),
    cost: { ln: 12, r: 8, p: 1 },
  });
  const accessTokens = await createAccessTokens({
    key: ACCESS_KEY,
    issuer: TOKEN_ISSUER,
    audience: TOKEN_AUDIENCE,
    lifeSeconds: ACCESS_TOKEN_SECONDS,
    now,
  });
  const refreshTokens = { key: REFRESH_KEY, lifeSeconds: REFRESH_TOKEN_SECONDS };
  const server = buildServer({
    deps: { users, sessions, accessTokens, passwords, refreshTokens, throttle, now, newId: uuidv7 },
    logger,
  });
  const { port } = await server.listen({ host: '127.0.0.1', port: 0 });
  const client = createClient(userContract, { target: `tcp://127.0.0.1:${port}`, name: 'test' });
  return {
    /** For another instance over the same database. */
    databaseUrl,
    sql,
    tries,
    client,
    users,
    sessions,
    passwords,
    logger,
    logged,
    /** Moves the service's clock forward. */
    skip: (byMs: number): void => {
      skewMs += byMs;
    },
    skewMs: () => skewMs,
    stop: async (): Promise<void> => {
      await client.$.close();
      await server.close({ drainMs: 1_000 });
      await closePostgres(sql);
      await database?.close();
    },
  };
}

export type Service = Awaited<ReturnType<typeof startService>>;

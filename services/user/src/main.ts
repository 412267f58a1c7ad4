import { closePostgres, createLogger, followRpcTls, migrate, openPostgres, runMain } from '@shop/kit';
import { uuidv7 } from 'uuidv7';
import { ACCESS_TOKEN_SECONDS, loadConfig, REFRESH_TOKEN_SECONDS, TOKEN_AUDIENCE, TOKEN_ISSUER } from './config.ts';
import { createAccessTokens } from './credentials/access-tokens.ts';
import { createPasswords } from './credentials/passwords.ts';
import { createThrottle } from './credentials/throttle.ts';
import { createTurnstile } from './credentials/turnstile.ts';
import { seedDemoUser } from './demo.ts';
import { startHousekeeping } from './housekeeping.ts';
import { buildServer } from './server.ts';
import { createSessions } from './store/sessions.ts';
import { createTries } from './store/tries.ts';
import { createUsers } from './store/users.ts';

runMain('user', async (app) => {
  const config = loadConfig();
  const logger = createLogger({ name: 'user', level: config.logLevel });
  app.useLogger(logger);

  const sql = openPostgres({ url: config.dbUrl, applicationName: 'user' });
  app.onStop('postgres', () => closePostgres(sql));
  await migrate({ sql, directory: new URL('../migrations', import.meta.url), logger });

  const now = () => new Date();
  const users = createUsers(sql);
  const sessions = createSessions(sql);
  const tries = createTries(sql);
  // Each takes 128 MiB and a core: two at once, and a queue that a login's deadline can outlast.
  const passwords = createPasswords({ turnstile: createTurnstile({ atOnce: 2, maxWaiting: 20 }) });
  const accessTokens = await createAccessTokens({
    key: config.accessTokenKey,
    issuer: TOKEN_ISSUER,
    audience: TOKEN_AUDIENCE,
    lifeSeconds: ACCESS_TOKEN_SECONDS,
    now,
  });
  if (config.demo) await seedDemoUser({ users, passwords, logger }, config.demo.password);
  app.onStop('housekeeping', startHousekeeping({ sessions, tries, logger, now }));

  const refreshTokens = { key: config.refreshTokenKey, lifeSeconds: REFRESH_TOKEN_SECONDS };
  const throttle = createThrottle({ tries, key: config.tryKey, now });
  const deps = { users, sessions, accessTokens, passwords, refreshTokens, throttle, now, newId: uuidv7 };
  const server = buildServer({ deps, logger, rpc: config.rpc });
  app.onStop('server', () => server.close({ drainMs: 20_000 }));
  const { port } = await app.listening('TCP_PORT', config.port, () =>
    server.listen({ host: config.host, port: config.port }),
  );
  app.onStop(
    'certificates',
    followRpcTls({ files: config.rpcTlsFiles, current: config.rpc.tls, renew: server.reloadTls, logger }),
  );
  return { port };
});

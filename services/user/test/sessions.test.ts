import assert from 'node:assert/strict';
import { randomBytes, randomUUID } from 'node:crypto';
import { after, before, test } from 'node:test';
import { createLogger } from '@shop/kit';
import { decodeJwt } from 'jose';
import { createPasswords } from '../src/credentials/passwords.ts';
import { createTurnstile } from '../src/credentials/turnstile.ts';
import { startHousekeeping } from '../src/housekeeping.ts';
import { type Service, startService } from './service.ts';

const HOUR_MS = 60 * 60_000;
const DAY_MS = 24 * HOUR_MS;
const PASSWORD = '맞는 말 배터리 스테이플';

/** Two instances of the service over one database. */
let here: Service;
let there: Service;
before(async () => {
  here = await startService();
  there = await startService(here.databaseUrl);
});
after(async () => {
  await there.stop();
  await here.stop();
});

const newAccount = async () => {
  const email = `${randomUUID()}@example.com`;
  return { email, ...(await here.client.register({ email, password: PASSWORD, name: '홍길동' })) };
};

const verdictOn = async (service: Service, token: string): Promise<string> => {
  const result = await service.client.parse_bearer_token.safe({ token });
  return result.ok ? 'ok' : result.error.reason;
};

test('of fifty refreshes with one token over two instances one wins, and the theft ends the whole session', async () => {
  const { accessToken, refreshToken } = await newAccount();
  const results = await Promise.all(
    Array.from({ length: 50 }, (_, n) => (n % 2 === 0 ? here : there).client.refresh_token.safe({ refreshToken })),
  );
  const winners = results.flatMap((result) => (result.ok ? [result.value] : []));
  assert.equal(winners.length, 1);
  for (const { error } of results) if (error) assert.equal(error.reason, 'refresh_token_reused');
  const [winner] = winners;
  assert.ok(winner !== undefined);
  const next = await there.client.refresh_token.safe({ refreshToken: winner.refreshToken });
  assert.equal(next.error?.reason, 'refresh_token_invalid');
  for (const token of [accessToken, winner.accessToken])
    for (const service of [here, there]) assert.equal(await verdictOn(service, token), 'token_revoked');
});

test('a logout on one instance is known to the other at once', async () => {
  const { accessToken, refreshToken } = await newAccount();
  assert.equal(await verdictOn(there, accessToken), 'ok');
  await here.client.logout({ refreshToken });
  assert.equal(await verdictOn(there, accessToken), 'token_revoked');
});

test('a password that was hashed with other parameters is hashed anew by its next login', async () => {
  const { email } = await newAccount();
  const id = async () => (await here.users.byEmail(email)) ?? assert.fail('no such account');
  const old = createPasswords({
    turnstile: createTurnstile({ atOnce: 1, maxWaiting: 1 }),
    cost: { ln: 10, r: 8, p: 1 },
  });
  await here.users.setPasswordHash((await id()).id, await old.hash(PASSWORD));
  await here.client.login.safe({ email, password: 'a wrong one' });
  assert.match((await id()).passwordHash, /ln=10,/);
  await here.client.login({ email, password: PASSWORD });
  const renewed = (await id()).passwordHash;
  assert.match(renewed, /ln=12,/);
  await here.client.login({ email, password: PASSWORD });
  assert.equal((await id()).passwordHash, renewed);
});

test('a hash that somebody replaced meanwhile is not overwritten', async () => {
  const { email } = await newAccount();
  const user = await here.users.byEmail(email);
  assert.ok(user);
  await here.users.replacePasswordHash(user.id, { old: 'another', new: 'lost' });
  assert.equal((await here.users.byEmail(email))?.passwordHash, user.passwordHash);
});

test('an account keeps so many sessions, and the oldest makes room', async () => {
  const { email, accessToken } = await newAccount();
  const userId = String(decodeJwt(accessToken).sub);
  await here.sql`
    insert into token_families (id, user_id, created_at)
    select gen_random_uuid(), ${userId}, now() - interval '1 day' - n * interval '1 second' from generate_series(1, 999) n`;
  const count = async () => (await here.sql`select 1 from token_families where user_id = ${userId}`).length;
  assert.equal(await count(), 1_000);
  const login = await here.client.login({ email, password: PASSWORD });
  assert.equal(await count(), 1_000);
  assert.equal(await verdictOn(here, accessToken), 'ok');
  assert.equal(await verdictOn(here, login.accessToken), 'ok');
});

test('two instances that clean up at once forget what is over in batches and nothing that lives', async () => {
  const living = await newAccount();
  const ended = await newAccount();
  const userId = String(decodeJwt(ended.accessToken).sub);
  const over = new Date(Date.now() - DAY_MS);
  await here.sql`
    with f as (
      insert into token_families (id, user_id, created_at)
      select gen_random_uuid(), ${userId}, ${over} from generate_series(1, 1500) returning id)
    insert into refresh_tokens (digest, family_id, issued_at, expires_at)
    select sha256((id::text || n)::bytea), id, ${over}, ${over} from f, generate_series(1, 2) n`;
  await here.sql`
    insert into token_families (id, user_id, created_at, revoked_at, revoked_because)
    select gen_random_uuid(), ${userId}, ${over}, ${over}, 'logout' from generate_series(1, 1200)`;
  const logger = createLogger({ name: 'user', level: 'silent' });
  const now = () => new Date();
  const left = async () => (await here.sql`select 1 from token_families where created_at = ${over}`).length;
  const stops = [here, there].map(({ sessions, tries }) => startHousekeeping({ sessions, tries, logger, now }));
  while ((await left()) > 0);
  await Promise.all(stops.map((stop) => stop()));
  assert.equal(await verdictOn(here, living.accessToken), 'ok');
  assert.ok((await there.client.refresh_token.safe({ refreshToken: ended.refreshToken })).ok);
  assert.equal((await here.sql`select 1 from refresh_tokens where expires_at = ${over}`).length, 0);
});

test('a session that was used yesterday outlives its expired tokens', async () => {
  const { accessToken } = await newAccount();
  const sid = String(decodeJwt(accessToken).sid);
  const over = new Date(Date.now() - DAY_MS);
  await here.sql`
    insert into refresh_tokens (digest, family_id, issued_at, expires_at)
    values (${randomBytes(32)}, ${sid}, ${over}, ${over})`;
  assert.ok((await here.sessions.forgetExpired(new Date(Date.now() - HOUR_MS), 1_000)) >= 1);
  assert.equal(await verdictOn(here, accessToken), 'ok');
});

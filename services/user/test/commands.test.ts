import assert from 'node:assert/strict';
import { randomBytes, randomUUID } from 'node:crypto';
import { after, before, test } from 'node:test';
import { decodeJwt, SignJWT, UnsecuredJWT } from 'jose';
import { DEMO_USER, seedDemoUser } from '../src/demo.ts';
import { ACCESS_KEY, type Service, startService } from './service.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
const PASSWORD = '맞는 말 배터리 스테이플';

let service: Service;
before(async () => {
  service = await startService();
});
after(() => service.stop());

const newAccount = async () => {
  const email = `${randomUUID()}@Example.com`;
  const tokens = await service.client.register({ email, password: PASSWORD, name: '홍길동' });
  return { email, ...tokens };
};

const verdictOn = async (token: string): Promise<string> => {
  const result = await service.client.parse_bearer_token.safe({ token });
  return result.ok ? 'ok' : result.error.reason;
};

const refreshed = async (refreshToken: string): Promise<string> => {
  const result = await service.client.refresh_token.safe({ refreshToken });
  return result.ok ? 'ok' : result.error.reason;
};

test('registers an account whose token says who it is', async () => {
  const { email, accessToken, tokenType, expiresIn } = await newAccount();
  assert.equal(tokenType, 'Bearer');
  assert.equal(expiresIn, 900);
  const { sub, email: known, exp } = await service.client.parse_bearer_token({ token: `Bearer ${accessToken}` });
  assert.equal(known, email.toLowerCase());
  assert.ok(Math.abs(exp - Date.now() / 1_000 - 900) < 30);
  assert.deepEqual(await service.client.get_user_info({ userId: sub }), {
    id: sub,
    email: email.toLowerCase(),
    name: '홍길동',
  });
});

test('does not know an account that is not there', async () => {
  const result = await service.client.get_user_info.safe({ userId: randomUUID() });
  assert.equal(result.error?.reason, 'user_not_found');
  assert.equal(result.error?.code, 'not_found');
});

test('refuses an address that is taken in other letters', async () => {
  const { email } = await newAccount();
  const again = { email: email.toUpperCase(), password: PASSWORD, name: 'x' };
  const result = await service.client.register.safe(again);
  assert.equal(result.error?.reason, 'email_taken');
});

test('lets one of many registrations of the same address win', async () => {
  const email = `${randomUUID()}@example.com`;
  const attempts = Array.from({ length: 8 }, () =>
    service.client.register.safe({ email, password: PASSWORD, name: 'x' }),
  );
  const results = await Promise.all(attempts);
  assert.equal(results.filter(({ ok }) => ok).length, 1);
  for (const { error } of results) if (error) assert.equal(error.reason, 'email_taken');
});

test('logs in whatever the letters of the address', async () => {
  const { email } = await newAccount();
  const { accessToken } = await service.client.login({ email: email.toUpperCase(), password: PASSWORD });
  assert.equal(await verdictOn(accessToken), 'ok');
});

test('answers an unknown address and a wrong password alike', async () => {
  const { email } = await newAccount();
  const wrong = await service.client.login.safe({ email, password: 'not it at all' });
  const unknown = await service.client.login.safe({ email: 'nobody@example.com', password: PASSWORD });
  assert.equal(wrong.error?.reason, 'credentials_invalid');
  const facts = ({ error }: typeof wrong) => ({
    code: error?.code,
    reason: error?.reason,
    message: error?.message,
    details: error?.details,
  });
  assert.deepEqual(facts(unknown), facts(wrong));
});

test('refuses a short password and an address that is none', async () => {
  for (const bad of [{ password: 'short' }, { email: 'nobody' }, { name: ' ' }]) {
    const result = await service.client.register.safe({
      email: 'a@example.com',
      password: PASSWORD,
      name: 'x',
      ...bad,
    });
    assert.equal(result.error?.code, 'invalid_argument', JSON.stringify(bad));
  }
});

test('refuses forged access tokens', async () => {
  const claims = decodeJwt((await newAccount()).accessToken);
  const forge = (key: Uint8Array, changes: object = {}, header: object = {}) =>
    new SignJWT({ ...claims, ...changes }).setProtectedHeader({ alg: 'HS256', typ: 'at+jwt', ...header }).sign(key);
  assert.equal(await verdictOn(await forge(ACCESS_KEY)), 'ok');
  assert.equal(await verdictOn(await forge(randomBytes(32))), 'token_invalid');
  assert.equal(await verdictOn(new UnsecuredJWT(claims).encode()), 'token_invalid');
  assert.equal(await verdictOn(await forge(ACCESS_KEY, { iss: 'urn:evil' })), 'token_invalid');
  assert.equal(await verdictOn(await forge(ACCESS_KEY, { aud: 'urn:evil' })), 'token_invalid');
  assert.equal(await verdictOn(await forge(ACCESS_KEY, {}, { typ: 'JWT' })), 'token_invalid');
  assert.equal(await verdictOn('x'.repeat(4_096)), 'token_invalid');
});

test('takes a signed token of a session that was never opened for revoked', async () => {
  const claims = decodeJwt((await newAccount()).accessToken);
  const token = await new SignJWT({ ...claims, sub: randomUUID() })
    .setProtectedHeader({ alg: 'HS256', typ: 'at+jwt' })
    .sign(ACCESS_KEY);
  assert.equal(await verdictOn(token), 'token_revoked');
});

test('a refresh token is no access token, nor the other way round', async () => {
  const { accessToken, refreshToken } = await newAccount();
  assert.equal(await verdictOn(refreshToken), 'token_invalid');
  assert.equal(await refreshed(accessToken), 'refresh_token_invalid');
});

test('an access token ends after a quarter of an hour and a refresh brings the next', async () => {
  const { accessToken, refreshToken } = await newAccount();
  service.skip(16 * MINUTE_MS);
  assert.equal(await verdictOn(accessToken), 'token_expired');
  const next = await service.client.refresh_token({ refreshToken });
  assert.notEqual(next.refreshToken, refreshToken);
  assert.equal(await verdictOn(next.accessToken), 'ok');
});

test('a refresh token ends after thirty days', async () => {
  const { refreshToken } = await newAccount();
  service.skip(30 * DAY_MS + 1_000);
  assert.equal(await refreshed(refreshToken), 'refresh_token_expired');
});

test('an invented refresh token is refused', async () => {
  assert.equal(await refreshed(randomBytes(32).toString('base64url')), 'refresh_token_invalid');
});

test('logout revokes the access tokens of that login, its refresh token, and nothing else', async () => {
  const { email, accessToken, refreshToken } = await newAccount();
  const other = await service.client.login({ email, password: PASSWORD });
  assert.deepEqual(await service.client.logout({ refreshToken }), { loggedOut: true });
  assert.deepEqual(await service.client.logout({ refreshToken }), { loggedOut: true });
  assert.equal(await verdictOn(accessToken), 'token_revoked');
  assert.equal(await refreshed(refreshToken), 'refresh_token_invalid');
  assert.equal(await verdictOn(other.accessToken), 'ok');
  assert.equal(await refreshed(other.refreshToken), 'ok');
});

test('logout of a token that nobody has says nothing else', async () => {
  assert.deepEqual(await service.client.logout({ refreshToken: 'unknown' }), { loggedOut: true });
});

test('a consumed refresh token revokes everything that came of its login', async () => {
  const first = await newAccount();
  const second = await service.client.refresh_token({ refreshToken: first.refreshToken });
  assert.equal(await refreshed(first.refreshToken), 'refresh_token_reused');
  assert.equal(await refreshed(second.refreshToken), 'refresh_token_invalid');
  assert.equal(await verdictOn(first.accessToken), 'token_revoked');
  assert.equal(await verdictOn(second.accessToken), 'token_revoked');
});

test('of twenty refreshes with one token exactly one wins', async () => {
  const { refreshToken } = await newAccount();
  const outcomes = await Promise.all(Array.from({ length: 20 }, () => refreshed(refreshToken)));
  assert.deepEqual(outcomes.filter((outcome) => outcome === 'ok').length, 1);
  assert.deepEqual(outcomes.filter((outcome) => outcome === 'refresh_token_reused').length, 19);
});

test('refuses more logins than can be hashed in time instead of piling them up', async () => {
  const attempts = Array.from({ length: 60 }, (_, n) =>
    service.client.login.safe({ email: `${n}-${randomUUID()}@example.com`, password: PASSWORD }),
  );
  const results = await Promise.all(attempts);
  const refused = results.flatMap(({ error }) => (error?.reason === 'credentials_invalid' ? [] : (error ?? [])));
  assert.ok(refused.length > 0);
  for (const error of refused) assert.deepEqual([error.code, error.retryAfterMs], ['resource_exhausted', 1_000]);
  // Two hash and twenty wait; whoever came in time is served.
  assert.ok(results.length - refused.length >= 22);
});

test('neither the database nor the log ever holds a password, a token or an address in the log', async () => {
  const { email, accessToken, refreshToken } = await newAccount();
  await service.client.refresh_token({ refreshToken });
  await service.client.login.safe({ email, password: 'wrong password' });
  await service.client.register.safe({ email, password: PASSWORD, name: 'x' });
  assert.ok(service.logged.length > 0);
  const log = service.logged.join('');
  const stored = JSON.stringify([
    ...(await service.sql`select * from users`),
    ...(await service.sql`select family_id, encode(digest, 'escape') as text, encode(digest, 'base64') as b from refresh_tokens`),
    ...(await service.sql`select * from token_families`),
  ]);
  for (const secret of [PASSWORD, 'wrong password', accessToken, refreshToken]) {
    assert.ok(!log.includes(secret));
    assert.ok(!stored.includes(secret));
  }
  assert.ok(!log.toLowerCase().includes(email.toLowerCase()));
});

test('forgets sessions once nothing of them can be used', async () => {
  const { accessToken } = await newAccount();
  const sid = String(decodeJwt(accessToken).sid);
  const rows = async () => (await service.sql`select 1 from token_families where id = ${sid}`).length;
  await service.sessions.forgetExpired(new Date(), 1_000);
  assert.equal(await rows(), 1);
  await service.sessions.forgetExpired(new Date(Date.now() + 400 * DAY_MS), 1_000);
  assert.equal(await rows(), 0);
  assert.equal(await verdictOn(accessToken), 'token_revoked');
});

test('seeds the demo account once and moves its password only when told another', async () => {
  const hashOf = async () => (await service.users.byId(DEMO_USER.id))?.passwordHash;
  await seedDemoUser(service, 'first password');
  const first = await hashOf();
  await seedDemoUser(service, 'first password');
  assert.equal(await hashOf(), first);
  await seedDemoUser(service, 'second password');
  assert.notEqual(await hashOf(), first);
  const { accessToken } = await service.client.login({ email: DEMO_USER.email, password: 'second password' });
  const { sub } = await service.client.parse_bearer_token({ token: accessToken });
  assert.deepEqual(await service.client.get_user_info({ userId: sub }), { ...DEMO_USER });
});

test('says of its database being away that it is unavailable, and nothing about the token', async () => {
  const apart = await startService();
  try {
    const { accessToken } = await apart.client.register({
      email: 'apart@example.com',
      password: PASSWORD,
      name: '홍길동',
    });
    await apart.sql.end();
    for (const { error } of [
      await apart.client.parse_bearer_token.safe({ token: accessToken }),
      await apart.client.login.safe({ email: 'apart@example.com', password: PASSWORD }),
    ])
      assert.deepEqual([error?.code, error?.reason], ['unavailable', 'unavailable']);
    assert.match(apart.logged.join(''), /rpc handler failed/);
  } finally {
    await apart.stop();
  }
});

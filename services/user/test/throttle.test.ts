import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, test } from 'node:test';
import { type Service, startService } from './service.ts';

const SECOND_MS = 1_000;
const MINUTE_MS = 60_000;
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

const skip = (byMs: number): void => {
  for (const instance of [here, there]) instance.skip(byMs);
};

let lastHost = 0;
/** A client nobody else is. */
const newClientAddress = (): string => `203.0.113.${++lastHost}`;

const newAccount = async (): Promise<string> => {
  const email = `${randomUUID()}@example.com`;
  await here.client.register({ email, password: PASSWORD, name: '홍길동' });
  return email;
};

const outcomeOf = async (service: Service, input: { email: string; password?: string; clientAddress?: string }) => {
  const result = await service.client.login.safe({ password: 'a wrong one', ...input });
  return result.ok ? 'ok' : result.error.reason;
};

const pauseOf = async (email: string): Promise<number> => {
  const { error } = await here.client.login.safe({ email, password: PASSWORD });
  assert.equal(error?.reason, 'too_many_attempts');
  assert.equal(error?.code, 'resource_exhausted');
  assert.equal(error?.delivery, 'answered');
  assert.ok(error?.reason === 'too_many_attempts');
  return error.details.retryAfterMs;
};

const failTimes = async (email: string, times: number): Promise<void> => {
  for (let time = 0; time < times; time++) assert.equal(await outcomeOf(here, { email }), 'credentials_invalid');
};

test('five wrong passwords close an account for longer each time, for the right password too', async () => {
  const email = await newAccount();
  for (const minutes of [1, 2, 4]) {
    await failTimes(email, 5);
    const pauseMs = await pauseOf(email);
    assert.ok(pauseMs > minutes * MINUTE_MS - 5 * SECOND_MS && pauseMs <= minutes * MINUTE_MS, `${pauseMs} ms`);
    skip(minutes * MINUTE_MS);
  }
  assert.equal(await outcomeOf(here, { email, password: PASSWORD }), 'ok');
});

test('an account that does not exist is closed in the same way', async () => {
  const email = `${randomUUID()}@example.com`;
  await failTimes(email, 5);
  const pauseMs = await pauseOf(email);
  assert.ok(pauseMs > 55 * SECOND_MS && pauseMs <= MINUTE_MS);
});

test('a success wipes the failures of an account out', async () => {
  const email = await newAccount();
  for (let round = 0; round < 3; round++) {
    await failTimes(email, 4);
    assert.equal(await outcomeOf(here, { email, password: PASSWORD }), 'ok');
  }
});

test('failures that are a quarter of an hour old do not count', async () => {
  const email = await newAccount();
  await failTimes(email, 4);
  skip(15 * MINUTE_MS);
  await failTimes(email, 4);
  assert.equal(await outcomeOf(here, { email, password: PASSWORD }), 'ok');
});

test('of fifty wrong passwords at once over two instances no more than five are looked at', async () => {
  const email = await newAccount();
  const tries = Array.from({ length: 50 }, (_, n) => outcomeOf(n % 2 === 0 ? here : there, { email }));
  const outcomes = await Promise.all(tries);
  const looked = outcomes.filter((outcome) => outcome === 'credentials_invalid').length;
  assert.ok(looked >= 1 && looked <= 5, `${looked} were looked at`);
  assert.equal(outcomes.filter((outcome) => outcome === 'too_many_attempts').length, 50 - looked);
});

test('what one instance counted holds on the other and on one that starts later', async () => {
  const email = await newAccount();
  await failTimes(email, 5);
  assert.equal(await outcomeOf(there, { email, password: PASSWORD }), 'too_many_attempts');
  const later = await startService(here.databaseUrl);
  later.skip(here.skewMs());
  assert.equal(await outcomeOf(later, { email, password: PASSWORD }), 'too_many_attempts');
  await later.stop();
});

test('twenty failures from one network close it for every account, and no other network', async () => {
  const email = await newAccount();
  const household = (host: number): string => `2001:db8:1:2::${host.toString(16)}`;
  for (let host = 1; host <= 20; host++) {
    const nobody = `${randomUUID()}@example.com`;
    assert.equal(await outcomeOf(here, { email: nobody, clientAddress: household(host) }), 'credentials_invalid');
  }
  const right = { email, password: PASSWORD };
  assert.equal(await outcomeOf(there, { ...right, clientAddress: household(99) }), 'too_many_attempts');
  assert.equal(await outcomeOf(there, { ...right, clientAddress: '2001:db8:1:3::1' }), 'ok');
  skip(15 * MINUTE_MS);
  assert.equal(await outcomeOf(there, { ...right, clientAddress: household(99) }), 'ok');
});

test('an own account in between does not make room for more guesses from a network', async () => {
  const own = await newAccount();
  const clientAddress = newClientAddress();
  for (let n = 0; n < 20; n++) {
    await outcomeOf(here, { email: `${randomUUID()}@example.com`, clientAddress });
    if (n % 4 === 0 && n > 0)
      assert.equal(await outcomeOf(here, { email: own, password: PASSWORD, clientAddress }), 'ok');
  }
  assert.equal(await outcomeOf(here, { email: own, password: PASSWORD, clientAddress }), 'too_many_attempts');
});

test('asking which addresses have accounts by registering them is counted', async () => {
  const email = await newAccount();
  const clientAddress = newClientAddress();
  const register = async (address: string) =>
    (await here.client.register.safe({ email: address, password: PASSWORD, name: 'x', clientAddress })).error?.reason;
  for (let time = 0; time < 20; time++) assert.equal(await register(email), 'email_taken');
  assert.equal(await register(`${randomUUID()}@example.com`), 'too_many_attempts');
});

test('invented refresh tokens close a network for refreshes, and logins go on', async () => {
  const email = await newAccount();
  const clientAddress = newClientAddress();
  const { refreshToken } = await here.client.login({ email, password: PASSWORD, clientAddress });
  const refresh = async (token: string) =>
    (await here.client.refresh_token.safe({ refreshToken: token, clientAddress })).error?.reason ?? 'ok';
  for (let time = 0; time < 100; time++) assert.equal(await refresh(`invented ${time}`), 'refresh_token_invalid');
  assert.equal(await refresh(refreshToken), 'too_many_attempts');
  assert.equal(await outcomeOf(here, { email, password: PASSWORD, clientAddress }), 'ok');
  skip(MINUTE_MS);
  assert.equal(await refresh(refreshToken), 'ok');
});

test('a try that came to no outcome does not count', async () => {
  const email = await newAccount();
  const clientAddress = newClientAddress();
  // More than can be hashed: some are refused for that and not for what they tried.
  const crowd = Array.from({ length: 30 }, () =>
    here.client.login.safe({ email: `${randomUUID()}@example.com`, password: 'x' }),
  );
  const tries = await Promise.all(Array.from({ length: 5 }, () => outcomeOf(here, { email, clientAddress })));
  await Promise.all(crowd);
  const counted = tries.filter((outcome) => outcome === 'credentials_invalid').length;
  await failTimes(email, 5 - counted);
  await pauseOf(email);
});

test('neither who was tried nor from where is stored, and rows that mean nothing are forgotten in batches', async () => {
  const rows = async () => here.sql`select scope, encode(subject, 'escape') as subject from tries`;
  const stored = JSON.stringify(await rows());
  assert.ok(stored.includes('account') && stored.includes('address'));
  assert.ok(!stored.includes('example.com') && !stored.includes('203.0.113') && !stored.includes('2001:db8'));
  const total = (await rows()).length;
  const farAway = new Date(Date.now() + 10 * 24 * 60 * MINUTE_MS);
  assert.equal(await here.tries.forget(new Date(0), 1_000), 0);
  assert.equal(await here.tries.forget(farAway, 3), 3);
  assert.equal(await here.tries.forget(farAway, 1_000), total - 3);
});

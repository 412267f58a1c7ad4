import assert from 'node:assert/strict';
import { randomBytes, randomUUID } from 'node:crypto';
import { test } from 'node:test';
import { type JWTPayload, SignJWT, UnsecuredJWT } from 'jose';
import { createAccessTokens } from './access-tokens.ts';

const key = new Uint8Array(randomBytes(32));
const at = new Date('2026-01-02T03:04:05Z');
const seconds = at.getTime() / 1_000;
const options = { key, issuer: 'urn:test:user', audience: 'urn:test:api', lifeSeconds: 900 };
const later = (byMs: number) => createAccessTokens({ ...options, now: () => new Date(at.getTime() + byMs) });
const tokens = await later(0);
const subject = { userId: randomUUID(), sessionId: randomUUID(), tokenId: randomUUID() };

const good: JWTPayload = {
  iss: options.issuer,
  aud: options.audience,
  sub: subject.userId,
  sid: subject.sessionId,
  jti: subject.tokenId,
  iat: seconds,
  exp: seconds + 900,
};

const forge = (payload: JWTPayload, header: Record<string, unknown> = {}, secret: Uint8Array = key): Promise<string> =>
  new SignJWT(payload).setProtectedHeader({ alg: 'HS256', typ: 'at+jwt', ...header }).sign(secret);

const verdictOf = async (token: string): Promise<string> => {
  const verdict = await tokens.verify(token);
  return verdict.ok ? 'ok' : verdict.reason;
};

test('accepts what it signed, with or without Bearer', async () => {
  const token = await tokens.sign(subject);
  assert.deepEqual(await tokens.verify(token), {
    ok: true,
    claims: {
      sub: subject.userId,
      sid: subject.sessionId,
      jti: subject.tokenId,
      iat: seconds,
      exp: seconds + 900,
    },
  });
  assert.equal(await verdictOf(`Bearer ${token}`), 'ok');
  assert.equal(await verdictOf(`bearer  ${token}`), 'ok');
  assert.equal(await verdictOf(`Basic ${token}`), 'token_invalid');
});

test('accepts the forger of these tests when nothing is wrong', async () => {
  assert.equal(await verdictOf(await forge(good)), 'ok');
});

test('ignores the keys that a header points at', async () => {
  const header = { kid: '../../etc/passwd', jku: 'https://attacker.test/jwks', x5u: 'https://attacker.test/x' };
  assert.equal(await verdictOf(await forge(good, header)), 'ok');
  assert.equal(await verdictOf(await forge(good, header, randomBytes(32))), 'token_invalid');
});

test('refuses another key, a changed payload and a cut signature', async () => {
  const token = await forge(good);
  const [head, , signature] = token.split('.');
  const changed = Buffer.from(JSON.stringify({ ...good, sub: randomUUID() })).toString('base64url');
  assert.equal(await verdictOf(await forge(good, {}, randomBytes(32))), 'token_invalid');
  assert.equal(await verdictOf(`${head}.${changed}.${signature}`), 'token_invalid');
  assert.equal(await verdictOf(token.slice(0, -4)), 'token_invalid');
  assert.equal(await verdictOf(`${token.split('.').slice(0, 2).join('.')}.`), 'token_invalid');
});

test('refuses alg none and every algorithm but its own', async () => {
  const unsecured = new UnsecuredJWT(good).encode();
  assert.equal(await verdictOf(unsecured), 'token_invalid');
  const none = Buffer.from(JSON.stringify({ alg: 'none', typ: 'at+jwt' })).toString('base64url');
  assert.equal(await verdictOf([none, (await forge(good)).split('.')[1], ''].join('.')), 'token_invalid');
  assert.equal(await verdictOf(await forge(good, { alg: 'HS512' }, randomBytes(64))), 'token_invalid');
  assert.equal(await verdictOf(await forge(good, { alg: 'HS384' })), 'token_invalid');
});

for (const [what, payload] of Object.entries({
  'another issuer': { ...good, iss: 'urn:test:other' },
  'another audience': { ...good, aud: 'urn:test:other' },
  'a subject that is no id': { ...good, sub: 'admin' },
  'an issue date of the future': { ...good, iat: seconds + 60, exp: seconds + 900 },
  'a start in the future': { ...good, nbf: seconds + 60 },
}))
  test(`refuses ${what}`, async () => {
    assert.equal(await verdictOf(await forge(payload)), 'token_invalid');
  });

for (const claim of ['iss', 'aud', 'sub', 'sid', 'jti', 'iat', 'exp'])
  test(`refuses a token without ${claim}`, async () => {
    const { [claim]: _, ...rest } = good;
    assert.equal(await verdictOf(await forge(rest)), 'token_invalid');
  });

test('refuses a token of another type', async () => {
  assert.equal(await verdictOf(await forge(good, { typ: 'JWT' })), 'token_invalid');
  assert.equal(await verdictOf(await forge(good, { typ: 'rt+jwt' })), 'token_invalid');
});

test('refuses a token that is over, but for a few seconds of two clocks', async () => {
  const token = await tokens.sign(subject);
  assert.equal((await (await later(903_000)).verify(token)).ok, true);
  assert.deepEqual(await (await later(906_000)).verify(token), { ok: false, reason: 'token_expired' });
});

test('bounds the life of a token whatever its exp says', async () => {
  const token = await forge({ ...good, exp: seconds + 10 * 365 * 86_400 });
  assert.deepEqual(await (await later(906_000)).verify(token), { ok: false, reason: 'token_expired' });
});

test('refuses a token over 4 KiB before its signature is checked', async () => {
  assert.equal(await verdictOf(await forge({ ...good, padding: 'x'.repeat(4_096) })), 'token_invalid');
});

test('refuses what is no token at all', async () => {
  for (const nonsense of ['', 'Bearer ', 'a.b.c', '...', '{}', '\u0000'])
    assert.equal(await verdictOf(nonsense), 'token_invalid', JSON.stringify(nonsense));
});

test('a token that was good before is still bound by its times, to the second', async () => {
  let skewMs = 0;
  const clocked = await createAccessTokens({ ...options, now: () => new Date(at.getTime() + skewMs) });
  const token = await clocked.sign(subject);
  const fresh = async (): Promise<string> => {
    const verdict = await (await later(skewMs)).verify(token);
    return verdict.ok ? 'ok' : verdict.reason;
  };
  // The life of 900 s and the tolerance of 5 s, from both sides; and a clock that was set back.
  for (const second of [0, 899, 904, 905, 906, 2_000, 904, -5, -6, -2_000, 1]) {
    skewMs = second * 1_000;
    const verdict = await clocked.verify(token);
    assert.equal(verdict.ok ? 'ok' : verdict.reason, await fresh(), `after ${second} s`);
  }
});

test('what a signature was good for is good for no other token', async () => {
  const token = await tokens.sign(subject);
  assert.equal(await verdictOf(token), 'ok');
  const [header, payload, signature = ''] = token.split('.');
  const other = signature.startsWith('A') ? 'B' : 'A';
  assert.equal(await verdictOf(`${header}.${payload}.${other}${signature.slice(1)}`), 'token_invalid');
});

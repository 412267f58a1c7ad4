import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createPasswords } from './passwords.ts';
import { createTurnstile } from './turnstile.ts';

const turnstile = createTurnstile({ atOnce: 2, maxWaiting: 10 });
const quick = createPasswords({ turnstile, cost: { ln: 10, r: 8, p: 1 } });

test('matches the password that was hashed and no other', async () => {
  const stored = await quick.hash('correct horse');
  assert.equal(await quick.matches('correct horse', stored), true);
  assert.equal(await quick.matches('correct horsf', stored), false);
});

test('salts every password by itself', async () => {
  assert.notEqual(await quick.hash('same'), await quick.hash('same'));
});

test('hashes by default as OWASP asks and keeps the parameters with the hash', async () => {
  const stored = await createPasswords({ turnstile }).hash('비밀번호 하나');
  assert.match(stored, /^\$scrypt\$ln=17,r=8,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/);
  assert.equal(await quick.matches('비밀번호 하나', stored), true);
});

test('takes composed and decomposed Hangul for the same password', async () => {
  const stored = await quick.hash('비밀번호'.normalize('NFD'));
  assert.equal(await quick.matches('비밀번호'.normalize('NFC'), stored), true);
});

test('works through a hash for nobody too, and answers false', async () => {
  let hashed = 0;
  const counting = createPasswords({
    cost: { ln: 10, r: 8, p: 1 },
    turnstile: {
      pass: async (work) => {
        hashed += 1;
        return work();
      },
    },
  });
  assert.equal(await counting.matches('anything', undefined), false);
  assert.equal(hashed, 1);
});

test('refuses a stored hash that it cannot read', async () => {
  await assert.rejects(quick.matches('x', 'plain text'), /cannot be read/);
});

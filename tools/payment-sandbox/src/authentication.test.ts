import assert from 'node:assert/strict';
import { test } from 'node:test';
import { authenticate } from './authentication.ts';
import { ProviderError } from './provider-error.ts';

const KEY = 'test_sk_example_key';

function codeOf(authorization: string | undefined): string {
  try {
    authenticate(authorization, KEY);
    return 'ok';
  } catch (err) {
    assert.ok(err instanceof ProviderError);
    return err.code;
  }
}

const basic = (text: string) => `Basic ${Buffer.from(text).toString('base64')}`;

test('the key with its colon is accepted', () => {
  assert.equal(codeOf(basic(`${KEY}:`)), 'ok');
});

test('another key, a byte order mark, a password or no header is UNAUTHORIZED_KEY', () => {
  for (const header of [undefined, basic('test_sk_other:'), basic(`\uFEFF${KEY}:`), basic(`${KEY}:x`)]) {
    assert.equal(codeOf(header), 'UNAUTHORIZED_KEY');
  }
});

test('a missing colon or another scheme is INCORRECT_BASIC_AUTH_FORMAT', () => {
  for (const header of [basic(KEY), `Bearer ${KEY}`, 'Basic', 'Basic %%%', '']) {
    assert.equal(codeOf(header), 'INCORRECT_BASIC_AUTH_FORMAT');
  }
});

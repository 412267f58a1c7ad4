import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CODES, type Code, type Delivery, RpcError } from 'cmdrpc';
import { dependencyFailure } from './dependency-failure.ts';

const codeFor = (code: Code, delivery: Delivery, reason?: string) =>
  dependencyFailure(new RpcError('x', { code, delivery, reason })).code;

test('a peer that is not there, stops or sheds load is unavailable', () => {
  assert.equal(codeFor('unavailable', 'unsent'), 'dependency_unavailable');
  assert.equal(codeFor('unavailable', 'unknown'), 'dependency_unavailable');
  assert.equal(codeFor('unavailable', 'answered'), 'dependency_unavailable');
  assert.equal(codeFor('deadline_exceeded', 'unsent'), 'dependency_unavailable');
  assert.equal(codeFor('resource_exhausted', 'unsent'), 'dependency_unavailable');
  assert.equal(codeFor('resource_exhausted', 'answered', 'overloaded'), 'dependency_unavailable');
});

test('a peer that was reached and does not answer timed out', () => {
  assert.equal(codeFor('deadline_exceeded', 'unknown'), 'dependency_timeout');
});

test('a limit that the peer sets for this caller is passed on', () => {
  assert.equal(codeFor('resource_exhausted', 'answered', 'too_many_logins'), 'rate_limited');
});

test('nothing a peer fails with is ever taken for the client’s token', () => {
  for (const code of Object.keys(CODES) as Code[]) {
    for (const delivery of ['unsent', 'unknown', 'answered'] as const) {
      assert.match(codeFor(code, delivery), /^dependency_|^rate_limited$/, `${code} ${delivery}`);
    }
  }
});

test('when to try again is passed on, a prohibition is not', () => {
  const after = (retryAfterMs: number) =>
    dependencyFailure(new RpcError('x', { code: 'unavailable', retryAfterMs })).retryAfterMs;
  assert.equal(after(1_500), 1_500);
  assert.equal(after(-1), undefined);
});

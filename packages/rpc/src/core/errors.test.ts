import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CODES, type Code, isCode } from './codes.ts';
import { messageOf, RpcError, systemError } from './errors.ts';

test('an error without a reason has its code as reason, and was answered', () => {
  const error = new RpcError('no', { code: 'not_found' });
  assert.equal(error.reason, 'not_found');
  assert.equal(error.delivery, 'answered');
  assert.equal(error.attempts, 0);
  assert.equal(error.httpStatus, 404);
  assert.equal('cause' in error, false);
});

test('the sixteen codes carry the numbers of gRPC, each once', () => {
  const numbers = (Object.keys(CODES) as Code[]).map((code) => CODES[code].number);
  assert.deepEqual(
    numbers,
    Array.from({ length: 16 }, (_, index) => index + 1),
  );
});

test('what a peer may send as a code is told from what every object has', () => {
  assert.equal(isCode('unavailable'), true);
  for (const value of ['toString', '__proto__', 'UNAVAILABLE', 14, null, undefined, {}])
    assert.equal(isCode(value), false);
});

test('an error of another copy of the package is recognised, a look-alike is not', () => {
  const foreign = Object.assign(new Error('x'), { [Symbol.for('cmdrpc.RpcError')]: true });
  assert.equal(RpcError.is(foreign), true);
  assert.equal(RpcError.is(systemError('draining', 'x', { code: 'unavailable' })), true);
  for (const value of [new Error('x'), { code: 'unavailable' }, null, undefined, 'RpcError']) {
    assert.equal(RpcError.is(value), false);
  }
});

test('the cause is kept, and whatever was thrown has a message', () => {
  const cause = new Error('below');
  assert.equal(new RpcError('above', { code: 'internal', cause }).cause, cause);
  assert.equal(messageOf(cause), 'below');
  assert.equal(messageOf(undefined), 'undefined');
  assert.equal(messageOf(5), '5');
});

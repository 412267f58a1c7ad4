import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RpcError } from '../../core/errors.ts';
import { enveloped, opened } from './envelope.ts';
import { errOf, failureOf } from './failure.ts';
import { NO_HANDLER } from './packet.ts';

test('what a service throws comes out of the other side as it was, whatever its shape', () => {
  const thrown: unknown[] = [
    'text',
    { status: 'error', message: '재고 없음' },
    { status: 'error', code: 'TEAPOT', message: 'boom' },
    { status: 'error', code: 'TEAPOT', message: 'boom', details: [1] },
    { code: 404, message: 'gone', extra: true },
    { message: 'no more than this' },
    { status: 'error', message: 'Internal server error' },
  ];
  for (const err of thrown) assert.deepEqual(errOf(failureOf(err, 'x'), false), err);
});

test('an unexpected failure shows nothing of itself without the envelope, and its id with it', () => {
  const error = new RpcError('x failed', { code: 'internal', reason: 'handler_threw', errorId: 'e-1' });
  assert.deepEqual(errOf(error, false), { status: 'error', message: 'Internal server error' });
  assert.deepEqual(JSON.parse(JSON.stringify(errOf(error, true))), {
    status: 'error',
    code: 'handler_threw',
    message: 'x failed',
    kind: 'internal',
    errorId: 'e-1',
  });
});

test('with the envelope an error keeps code, reason, push-back and delivery', () => {
  const sent = new RpcError('full', { code: 'resource_exhausted', reason: 'overloaded', retryAfterMs: 100 });
  const got = failureOf(JSON.parse(JSON.stringify(errOf(sent, true))), 'x');
  assert.deepEqual(
    [got.code, got.reason, got.retryAfterMs, got.delivery],
    ['resource_exhausted', 'overloaded', 100, 'unsent'],
  );
});

test("refusals of a service speak against nobody's health; what it hides does", () => {
  assert.equal(failureOf('no', 'x').code, 'failed_precondition');
  assert.equal(failureOf({ code: 'not_found', message: 'm' }, 'x').code, 'not_found');
  assert.equal(failureOf({}, 'x').code, 'internal');
  const missing = failureOf(NO_HANDLER, 'x');
  assert.deepEqual([missing.code, missing.delivery], ['unimplemented', 'unsent']);
});

test('an envelope is opened or refused', () => {
  assert.equal(opened(enveloped(7), 'x'), 7);
  assert.throws(() => opened({ status: 'error', code: 'a', message: 'b' }, 'x'), { reason: 'a', message: 'b' });
  for (const reply of [null, 7, { data: 1 }]) assert.throws(() => opened(reply, 'x'), { reason: 'decode_failed' });
});

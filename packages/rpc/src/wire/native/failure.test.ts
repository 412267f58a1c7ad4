import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RpcError } from '../../core/errors.ts';
import { decodeFailure, encodeFailure, flagsOf, pushbackOf } from './failure.ts';
import { FLAG, FRAME, type FrameView } from './frame.ts';
import { decodePayload, encodePayload } from './payload.ts';

const frameOf = (body: Uint8Array, flags = 0, aux = 0xffffffff): FrameView => ({
  type: FRAME.error,
  flags,
  cmd: 0,
  callId: 1,
  aux,
  buffer: Buffer.from(body),
  start: 0,
  end: body.length,
});

const sent = (error: RpcError) => decodeFailure(frameOf(encodeFailure(error), flagsOf(error), pushbackOf(error)), 64);

test('everything a caller may know comes back, and the cause stays', () => {
  const error = new RpcError('out of stock', {
    code: 'failed_precondition',
    reason: 'out_of_stock',
    details: { left: 0 },
    errorId: 'e-1',
    retryAfterMs: 250,
    cause: new Error('password=hunter2'),
  });
  const body = encodeFailure(error);
  assert.equal(Buffer.from(body).includes('hunter2'), false);
  const seen = sent(error);
  for (const key of ['message', 'code', 'reason', 'details', 'errorId', 'retryAfterMs', 'delivery'] as const) {
    assert.deepEqual(seen[key], error[key], key);
  }
  assert.equal(seen.cause, undefined);
});

test('the body is the standard reply', () => {
  const body = encodeFailure(new RpcError('no', { code: 'not_found', reason: 'user_not_found' }));
  assert.deepEqual(decodePayload(Buffer.from(body), 0, body.length, 8), {
    status: 'error',
    code: 'user_not_found',
    message: 'no',
    kind: 'not_found',
  });
});

test('unsent and push-back travel in the frame, not in the body', () => {
  const with_ = (retryAfterMs?: number) => new RpcError('x', { code: 'unavailable', delivery: 'unsent', retryAfterMs });
  assert.equal(flagsOf(with_()), FLAG.unprocessed);
  assert.equal(flagsOf(new RpcError('x', { code: 'unavailable', delivery: 'unknown' })), 0);
  assert.deepEqual(
    [undefined, 0, 1.2, 1e15, -1].map((after) => pushbackOf(with_(after))),
    [0xffffffff, 0, 2, 0xfffffffd, 0xfffffffe],
  );
  assert.equal(sent(with_()).retryAfterMs, undefined);
  assert.equal(sent(with_(-1)).retryAfterMs, -1);
  assert.equal(sent(with_(0)).retryAfterMs, 0);
  assert.equal(sent(with_()).delivery, 'unsent');
});

test('a body of another shape is an error all the same', () => {
  for (const body of [undefined, null, 'boom', [1], {}, { code: 5, kind: 'made_up', message: {}, errorId: 3 }]) {
    const error = decodeFailure(frameOf(encodePayload(body)), 8);
    assert.equal(error.code, 'unknown');
    assert.equal(error.reason, 'unknown');
    assert.equal(error.errorId, undefined);
    assert.equal(typeof error.message, 'string');
  }
});

test('a body flagged JSON is read as JSON', () => {
  const body = Buffer.from('{"status":"error","code":"r","message":"m","kind":"aborted"}');
  const error = decodeFailure(frameOf(body, FLAG.json), 8);
  assert.deepEqual([error.code, error.reason, error.message], ['aborted', 'r', 'm']);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Effect } from '../contract/command.ts';
import { CODES, type Code, type SystemReason } from '../core/codes.ts';
import { type Delivery, RpcError, systemError } from '../core/errors.ts';
import { DEFAULT_RETRY, mayRetry, retryDelayMs } from './retry.ts';

const RETRIABLE: readonly Code[] = ['deadline_exceeded', 'resource_exhausted', 'unavailable'];
const call = (effect: Effect, attempt = 1) => ({ effect, attempt, committed: false });

test('every delivery, effect and code: sent again only where that is safe and may help', () => {
  for (const delivery of ['unsent', 'unknown', 'answered'] as const satisfies Delivery[]) {
    for (const effect of ['read', 'idempotent', 'unsafe'] as const satisfies Effect[]) {
      for (const code of Object.keys(CODES) as Code[]) {
        const error = new RpcError('x', { code, delivery, reason: 'some', retryAfterMs: 1 });
        const safe = delivery === 'unsent' || (delivery === 'unknown' && effect !== 'unsafe');
        assert.equal(
          mayRetry(call(effect), error, 3),
          safe && RETRIABLE.includes(code),
          `${delivery} ${effect} ${code}`,
        );
      }
    }
  }
});

test('an exhausted peer is asked again only when it said when', () => {
  const full = new RpcError('x', { code: 'resource_exhausted', delivery: 'unsent' });
  assert.equal(mayRetry(call('read'), full, 3), false);
});

test('the last attempt, a peer that forbids it and a stream that has begun end the call', () => {
  const lost = (retryAfterMs?: number) =>
    systemError('connection_lost', 'x', { code: 'unavailable', delivery: 'unsent', retryAfterMs });
  assert.equal(mayRetry(call('read', 2), lost(), 3), true);
  assert.equal(mayRetry(call('read', 3), lost(), 3), false);
  assert.equal(mayRetry(call('read'), lost(), 1), false);
  assert.equal(mayRetry(call('read'), lost(-1), 3), false);
  assert.equal(mayRetry({ ...call('read'), committed: true }, lost(), 3), false);
});

test('what ended the whole call is not an attempt to repeat', () => {
  const final: SystemReason[] = ['before_send', 'queued', 'connecting', 'no_answer', 'client_closed', 'hello_rejected'];
  for (const reason of final) {
    const error = systemError(reason, 'x', { code: 'unavailable', delivery: 'unsent' });
    assert.equal(mayRetry(call('read'), error, 3), false, reason);
  }
});

test("the peer's push-back is kept to exactly, else the delay is jittered", () => {
  const error = (retryAfterMs?: number) => new RpcError('x', { code: 'unavailable', retryAfterMs });
  assert.equal(
    retryDelayMs(error(0), 1, DEFAULT_RETRY, () => 1),
    0,
  );
  assert.equal(
    retryDelayMs(error(700), 1, DEFAULT_RETRY, () => 1),
    700,
  );
  assert.equal(
    retryDelayMs(error(), 2, DEFAULT_RETRY, () => 0.5),
    50,
  );
  assert.equal(
    retryDelayMs(error(), 30, DEFAULT_RETRY, () => 1),
    DEFAULT_RETRY.capMs,
  );
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CODES, type Code, RpcError } from 'cmdrpc';
import { type ChargeResult, chargeOutcome } from './charge-outcome.ts';

const asked = { orderId: '0193c0de-0000-7000-8000-000000000001', attempt: 2 };
const codes = Object.keys(CODES) as Code[];

const failedWith = (error: RpcError): ChargeResult => ({ ok: false, error }) as ChargeResult;

test('whatever was not sent is unsent, and whatever may have run is unknown, by every code', () => {
  for (const code of codes) {
    const unsent = chargeOutcome(failedWith(new RpcError('x', { code, delivery: 'unsent' })), asked);
    assert.equal(unsent.tag, 'unsent', code);
    const unknown = chargeOutcome(failedWith(new RpcError('x', { code, delivery: 'unknown' })), asked);
    assert.equal(unknown.tag, 'unknown', code);
  }
});

test('an answer that is not listed is unknown, by every code', () => {
  for (const code of codes) {
    const { tag } = chargeOutcome(failedWith(new RpcError('x', { code, delivery: 'answered' })), asked);
    const isBusy = code === 'unavailable' || code === 'resource_exhausted';
    assert.equal(tag, isBusy ? 'notTaken' : 'unknown', code);
  }
});

test('a refusal counts only when payment itself answered it', () => {
  for (const reason of ['card_invalid', 'payment_method_unsupported', 'payment_provider_error', 'attempt_abandoned']) {
    const init = { code: 'failed_precondition', reason, details: { fields: [] } } as const;
    assert.equal(chargeOutcome(failedWith(new RpcError('x', { ...init, delivery: 'answered' })), asked).tag, 'refused');
    assert.equal(chargeOutcome(failedWith(new RpcError('x', { ...init, delivery: 'unknown' })), asked).tag, 'unknown');
  }
});

test('a reply for another order or attempt is believed by nobody', () => {
  const reply = { paymentId: asked.orderId, ...asked, paymentStatus: 'Approved' } as const;
  assert.equal(chargeOutcome({ ok: true, value: reply }, asked).tag, 'settled');
  assert.equal(chargeOutcome({ ok: true, value: { ...reply, attempt: 1 } }, asked).tag, 'unknown');
  const otherOrder = { ...reply, orderId: '0193c0de-0000-7000-8000-000000000009' };
  assert.equal(chargeOutcome({ ok: true, value: otherOrder }, asked).tag, 'unknown');
});

import { settlementOf } from '../domain/payment-settlement.ts';
import type { Settlement } from '../domain/settlement.ts';
import type { Peers } from './deps.ts';

/** What `make_payment` resolves to: a payment, or one of its declared refusals or the library's own failures. */
export type ChargeResult = Awaited<ReturnType<Peers['payment']['make_payment']['safe']>>;
type ChargeError = Extract<ChargeResult, { ok: false }>['error'];

/** Why a charge was refused before the provider was asked, by Payment's own word. */
export type ChargeRefusal =
  | 'card_invalid'
  | 'payment_method_unsupported'
  | 'payment_provider_error'
  | 'payment_abandoned';

/** What is known once a charge was tried. Only `settled` and `refused` may end an attempt. */
export type ChargeOutcome =
  /** Payment said how it stands with the attempt. */
  | { readonly tag: 'settled'; readonly settlement: Settlement }
  /** Payment's handler refused it: nothing was charged, and nothing will be under this attempt. */
  | { readonly tag: 'refused'; readonly code: ChargeRefusal; readonly fields?: readonly string[] }
  /** Another attempt of the order is live at Payment; this one was not started. */
  | { readonly tag: 'otherAttempt'; readonly settlement: Settlement }
  /** No handler of Payment ran: nothing was charged. */
  | { readonly tag: 'unsent'; readonly error: ChargeError }
  /** Payment answered that it cannot take anything on now. Most likely nothing was started; only Payment can make sure. */
  | { readonly tag: 'notTaken'; readonly error: ChargeError }
  /** It may have been charged. */
  | { readonly tag: 'unknown'; readonly cause: unknown };

/** Reads the result of `make_payment`. Whatever is not listed here is unknown, not failed. */
export const chargeOutcome = (
  result: ChargeResult,
  asked: { readonly orderId: string; readonly attempt: number },
): ChargeOutcome => {
  if (!result.ok) return outcomeOfError(result.error);
  const { orderId, attempt } = result.value;
  if (orderId !== asked.orderId || attempt !== asked.attempt) {
    return { tag: 'unknown', cause: new Error('payment answered for another order or attempt') };
  }
  return { tag: 'settled', settlement: settlementOf(result.value) };
};

const outcomeOfError = (error: ChargeError): ChargeOutcome => {
  if (error.delivery === 'unsent') return { tag: 'unsent', error };
  if (error.delivery === 'unknown') return { tag: 'unknown', cause: error };
  // A chain and not a switch: reasons are an open set, and what is not named here must stay unknown.
  if (error.reason === 'card_invalid') return { tag: 'refused', code: error.reason, fields: error.details.fields };
  if (error.reason === 'payment_method_unsupported' || error.reason === 'payment_provider_error') {
    return { tag: 'refused', code: error.reason };
  }
  if (error.reason === 'attempt_abandoned') return { tag: 'refused', code: 'payment_abandoned' };
  if (error.reason === 'order_has_live_attempt') {
    const { attempt, paymentStatus } = error.details;
    return { tag: 'otherAttempt', settlement: { attempt, status: paymentStatus } };
  }
  if (error.code === 'unavailable' || error.code === 'resource_exhausted') return { tag: 'notTaken', error };
  // Among them `attempt_conflict`, `handler_threw` and `output_schema`: the attempt exists, or may.
  return { tag: 'unknown', cause: error };
};

import type { Attempt } from './attempt.ts';
import { type LookupOutcome, REASON, type Settlement, settlementOf } from './outcome.ts';
import type { Timing } from './timing.ts';

/**
 * What a look at the provider means for an attempt.
 * `settle`: its state is known. `undo`: the money, or the account, is there and must be given back.
 * `fence`: nothing was ever charged; give it up. `missing`: not known there, which does not prove that yet.
 * `hold`: the provider tells of another charge than we made; a person must look. `wait`: nothing new.
 * `trouble`: no usable answer. `done`: there is nothing left to look for.
 */
export type Verdict =
  | { readonly kind: 'settle'; readonly settlement: Settlement }
  | { readonly kind: 'undo'; readonly paymentKey: string }
  | { readonly kind: 'hold'; readonly cause: string }
  | { readonly kind: 'trouble'; readonly cause: string }
  | { readonly kind: 'fence' | 'missing' | 'wait' | 'done' };

/** Decides by the state the attempt was in when the provider was asked. */
export function verdictOn(attempt: Attempt, found: LookupOutcome, timing: Timing): Verdict {
  if (found.kind === 'unknown') return { kind: MISMATCHES.has(found.cause) ? 'hold' : 'trouble', cause: found.cause };
  // A lookup that the provider refuses for our key, or that did not get through, says nothing of the payment.
  if (found.kind === 'misconfigured') return { kind: 'trouble', cause: found.code };
  if (found.kind === 'not_sent') return { kind: 'trouble', cause: found.cause };
  if (found.kind === 'in_progress') return { kind: 'wait' };
  switch (attempt.status) {
    case 'processing':
    case 'unknown':
      return onOpenCharge(attempt, found, timing);
    case 'waiting_for_deposit':
    case 'approved':
      return onMoney(attempt, found);
    case 'cancel_pending':
    case 'refund_pending':
      return onUndoing(attempt, found);
    case 'abandoned':
      return onGivenUp(attempt, found);
    case 'rejected':
    case 'refunded':
      return { kind: 'done' };
  }
}

/** Answers that are readable and about something else than the charge we made. */
const MISMATCHES: ReadonlySet<string> = new Set(['order_id_mismatch', 'amount_mismatch', 'status_not_done']);

type Known = Exclude<LookupOutcome, { kind: 'unknown' | 'misconfigured' | 'not_sent' | 'in_progress' }>;

const CANCELED: Verdict = { kind: 'settle', settlement: { status: 'refunded', reason: REASON.canceled } };

function onOpenCharge(attempt: Attempt, found: Known, timing: Timing): Verdict {
  if (found.kind === 'canceled') return CANCELED;
  if (found.kind !== 'not_found') return { kind: 'settle', settlement: settlementOf(found) };
  const { sentAt, notFoundAt, readAt } = attempt;
  const isLateEnough = sentAt !== null && readAt.getTime() - sentAt.getTime() >= timing.neverChargedAfterMs;
  const isConfirmed = notFoundAt !== null && readAt.getTime() - notFoundAt.getTime() >= timing.betweenNotFoundMs;
  return { kind: isLateEnough && isConfirmed ? 'fence' : 'missing' };
}

function onMoney(attempt: Attempt, found: Known): Verdict {
  switch (found.kind) {
    case 'canceled':
      return CANCELED;
    case 'not_found':
      return { kind: 'trouble', cause: 'payment_gone' };
    case 'approved':
      return attempt.status === 'approved' ? { kind: 'done' } : { kind: 'settle', settlement: settlementOf(found) };
    case 'awaiting_deposit':
      if (attempt.status === 'waiting_for_deposit') return { kind: 'wait' };
      // The bank has taken the deposit back.
      return { kind: 'settle', settlement: settlementOf(found) };
    case 'rejected':
      if (attempt.status === 'approved') return { kind: 'hold', cause: 'approved_is_rejected' };
      return {
        kind: 'settle',
        settlement: { status: 'rejected', reason: REASON.depositExpired, providerCode: found.code },
      };
  }
}

function onUndoing(attempt: Attempt, found: Known): Verdict {
  switch (found.kind) {
    case 'canceled':
      return CANCELED;
    case 'not_found':
      return { kind: 'trouble', cause: 'payment_gone' };
    case 'approved':
      // The deposit was faster than the closing of its account. Giving it back takes the buyer's account, which we do not know.
      return attempt.status === 'cancel_pending'
        ? { kind: 'settle', settlement: settlementOf(found) }
        : { kind: 'undo', paymentKey: found.paymentKey };
    case 'awaiting_deposit':
      return attempt.status === 'cancel_pending'
        ? { kind: 'undo', paymentKey: found.paymentKey }
        : { kind: 'hold', cause: 'refund_of_an_unpaid_account' };
    case 'rejected':
      // An account that has run out is closed.
      return attempt.status === 'cancel_pending' ? CANCELED : { kind: 'hold', cause: 'approved_is_rejected' };
  }
}

function onGivenUp(attempt: Attempt, found: Known): Verdict {
  if (found.kind === 'approved' || found.kind === 'awaiting_deposit')
    return { kind: 'undo', paymentKey: found.paymentKey };
  if (found.kind !== 'not_found') return { kind: 'done' };
  const isOver = attempt.lateChargeAt === null && attempt.sweepUntil !== null && attempt.readAt >= attempt.sweepUntil;
  return { kind: isOver ? 'done' : 'wait' };
}

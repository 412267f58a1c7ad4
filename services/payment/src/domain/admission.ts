import type { PaymentMethod } from '@shop/contracts';
import { type Attempt, isClosed, isLive } from './attempt.ts';

/** What makes two requests for one attempt the same request. Amount in won. */
export interface AttemptRequest {
  readonly orderId: string;
  readonly attempt: number;
  readonly paymentMethod: PaymentMethod;
  readonly amount: number;
}

/** Why a request does not start a charge. */
export type NotAdmitted =
  | { readonly kind: 'stored'; readonly attempt: Attempt }
  | { readonly kind: 'abandoned' }
  | { readonly kind: 'conflict'; readonly field: 'attempt' | 'amount' | 'paymentMethod' }
  | { readonly kind: 'live_attempt'; readonly attempt: Attempt };

/** The answer to a request whose attempt is known already: the stored one, unless it asks for something else. */
export function replay(stored: Attempt, request: AttemptRequest): NotAdmitted {
  if (stored.status === 'abandoned') return { kind: 'abandoned' };
  if (stored.amount !== request.amount) return { kind: 'conflict', field: 'amount' };
  if (stored.paymentMethod !== request.paymentMethod) return { kind: 'conflict', field: 'paymentMethod' };
  return { kind: 'stored', attempt: stored };
}

/**
 * Says why the attempts of an order leave no room for this request; undefined when they do.
 * All that exist must be closed and come before it. Numbers may be missing: a request that is refused for its card
 * leaves no row, and the order counts on.
 */
export function whyNotAdmitted(attempts: readonly Attempt[], request: AttemptRequest): NotAdmitted | undefined {
  const same = attempts.find(({ attempt }) => attempt === request.attempt);
  if (same !== undefined) return replay(same, request);
  const live = attempts.find(({ status }) => isLive(status));
  if (live !== undefined) return { kind: 'live_attempt', attempt: live };
  const hasRoom = attempts.every(({ attempt, status }) => attempt < request.attempt && isClosed(status));
  return hasRoom ? undefined : { kind: 'conflict', field: 'attempt' };
}

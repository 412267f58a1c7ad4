import { type AttemptRequest, type NotAdmitted, replay, whyNotAdmitted } from '../domain/admission.ts';
import type { Attempt } from '../domain/attempt.ts';
import { providerIdentity } from '../domain/attempt-identity.ts';
import type { CardCheck, CardData } from '../domain/card-validation.ts';
import { lastFour } from '../domain/last-four.ts';
import type { CardCharge } from '../provider/provider.ts';
import { type InFlight, within } from './in-flight.ts';
import { type SendDeps, sendCharge } from './send-charge.ts';

/** A request to charge a card. Amount in won. */
export interface ChargeRequest extends AttemptRequest, CardData {
  readonly userEmail: string;
  readonly paymentName: string;
  readonly passwordTwoDigits: string;
}

export interface ChargeDeps extends SendDeps {
  readonly inFlight: InFlight;
  readonly checkCard: CardCheck;
  readonly nowMs: () => number;
  /** A new time-ordered id. */
  readonly newId: () => string;
  /** Milliseconds the caller can still be kept waiting, asked when the waiting begins. */
  readonly waitMs: () => number;
}

/** What a request to charge comes to. `stored` is the attempt as the database has it, not necessarily final. */
export type ChargeResult =
  | NotAdmitted
  | { readonly kind: 'method_unsupported' }
  | { readonly kind: 'card_invalid'; readonly fields: string[] }
  | { readonly kind: 'overloaded' };

/**
 * Charges an attempt once, whoever asks how often. The order of steps is the guarantee: the row is durable before the
 * provider hears of it, and only the call that inserted the row goes to the provider.
 */
export async function charge(deps: ChargeDeps, request: ChargeRequest): Promise<ChargeResult> {
  // What is stored wins over any check: a card that expired since must not hide that it was charged.
  const known = await deps.store.find(request.orderId, request.attempt);
  if (known !== undefined) return replay(known, request);

  if (request.paymentMethod !== 'CreditCard') return { kind: 'method_unsupported' };
  const wrong = deps.checkCard(request, deps.nowMs());
  if (wrong.length > 0) return { kind: 'card_invalid', fields: wrong };
  if (deps.inFlight.isFull) return { kind: 'overloaded' };

  const claimed = await claim(deps, request);
  if (claimed.kind !== 'claimed') return claimed;
  const job = deps.inFlight.track(sendCharge(deps, claimed.attempt, cardCharge(claimed.attempt, request)));
  const ended = await within(job, deps.waitMs());
  if (ended?.status === 'abandoned') return { kind: 'abandoned' };
  return { kind: 'stored', attempt: ended ?? claimed.attempt };
}

/** Often enough for every race that can happen: the attempt in the way may be settled between the two looks. */
const MAX_CLAIMS = 3;

async function claim(
  { store, newId }: ChargeDeps,
  request: ChargeRequest,
): Promise<NotAdmitted | { readonly kind: 'claimed'; readonly attempt: Attempt }> {
  for (let claims = 1; claims <= MAX_CLAIMS; claims++) {
    const attempt = await store.claim({
      paymentId: newId(),
      orderId: request.orderId,
      attempt: request.attempt,
      paymentMethod: request.paymentMethod,
      amount: request.amount,
      last4: lastFour(request.cardNumber),
      ...providerIdentity(request.orderId, request.attempt),
    });
    if (attempt !== undefined) return { kind: 'claimed', attempt };
    const reason = whyNotAdmitted(await store.list(request.orderId), request);
    if (reason !== undefined) return reason;
  }
  throw new Error(`attempt ${request.attempt} was refused ${MAX_CLAIMS} times for no reason that stayed`);
}

const cardCharge = (attempt: Attempt, request: ChargeRequest): CardCharge => ({
  providerOrderId: attempt.providerOrderId,
  idempotencyKey: attempt.idempotencyKey,
  orderName: orderName(attempt.orderId),
  amount: request.amount,
  customerName: request.paymentName,
  customerEmail: request.userEmail,
  cardNumber: request.cardNumber,
  expiryYear: request.expiryYear,
  expiryMonth: request.expiryMonth,
  birthOrRegistration: request.birthOrRegistration,
  passwordTwoDigits: request.passwordTwoDigits,
});

// Shown on the buyer's receipt. The end of a UUIDv7 is its random part.
const orderName = (orderId: string): string => `주문 ${orderId.slice(-12)}`;

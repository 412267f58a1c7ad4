import { type AttemptRequest, type NotAdmitted, replay, whyNotAdmitted } from '../domain/admission.ts';
import type { Attempt } from '../domain/attempt.ts';
import { providerIdentity } from '../domain/attempt-identity.ts';
import type { CardCheck, CardData } from '../domain/card-validation.ts';
import { lastFour } from '../domain/last-four.ts';
import type { AccountRequest, Provider } from '../provider/provider.ts';
import { type InFlight, within } from './in-flight.ts';
import { type Send, type SendDeps, sendCharge } from './send-charge.ts';

/** What every request for money says. Amount in won. */
interface PaymentRequest extends AttemptRequest {
  readonly userEmail: string;
  readonly paymentName: string;
}

/** A request to charge a card. */
export interface CardRequest extends PaymentRequest, CardData {
  readonly paymentMethod: 'CreditCard';
  readonly passwordTwoDigits: string;
}

/** A request for an account to deposit into. */
export interface DepositRequest extends PaymentRequest {
  readonly paymentMethod: 'VirtualAccount';
}

export type ChargeRequest = CardRequest | DepositRequest;

export interface ChargeDeps extends SendDeps {
  readonly provider: Provider;
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
  | { readonly kind: 'card_invalid'; readonly fields: string[] }
  | { readonly kind: 'overloaded' };

/**
 * Charges an attempt once, or issues its account once, whoever asks how often. The order of steps is the guarantee: the
 * row is durable before the provider hears of it, and only the call that inserted the row goes to the provider.
 */
export async function charge(deps: ChargeDeps, request: ChargeRequest): Promise<ChargeResult> {
  const wrong = request.paymentMethod === 'CreditCard' ? deps.checkCard(request, deps.nowMs()) : [];
  if (wrong.length > 0 || deps.inFlight.isFull) {
    // What is stored wins over any check: a card that expired since must not hide that it was charged. Where nothing
    // stands against the request, the claim itself finds out.
    const known = await deps.store.find(request.orderId, request.attempt);
    if (known !== undefined) return replay(known, request);
    return wrong.length > 0 ? { kind: 'card_invalid', fields: wrong } : { kind: 'overloaded' };
  }

  const claimed = await claim(deps, request);
  if (claimed.kind !== 'claimed') return claimed;
  const job = deps.inFlight.track(sendCharge(deps, claimed.attempt, sendOf(deps.provider, claimed.attempt, request)));
  const ended = await within(job, deps.waitMs());
  if (ended?.status === 'abandoned') return { kind: 'abandoned' };
  return { kind: 'stored', attempt: ended ?? claimed.attempt };
}

/** Often enough for every race that can happen: the attempt in the way may be settled between the two looks. */
const MAX_CLAIMS = 3;

async function claim(
  { store, newId, timing }: ChargeDeps,
  request: ChargeRequest,
): Promise<NotAdmitted | { readonly kind: 'claimed'; readonly attempt: Attempt }> {
  for (let claims = 1; claims <= MAX_CLAIMS; claims++) {
    const attempt = await store.claim(
      {
        paymentId: newId(),
        orderId: request.orderId,
        attempt: request.attempt,
        paymentMethod: request.paymentMethod,
        amount: request.amount,
        last4: request.paymentMethod === 'CreditCard' ? lastFour(request.cardNumber) : null,
        ...providerIdentity(request.orderId, request.attempt),
      },
      timing.orphanedAfterMs,
    );
    if (attempt !== undefined) return { kind: 'claimed', attempt };
    const reason = whyNotAdmitted(await store.list(request.orderId), request);
    if (reason !== undefined) return reason;
  }
  throw new Error(`attempt ${request.attempt} was refused ${MAX_CLAIMS} times for no reason that stayed`);
}

function sendOf(provider: Provider, attempt: Attempt, request: ChargeRequest): Send {
  const account: AccountRequest = {
    providerOrderId: attempt.providerOrderId,
    idempotencyKey: attempt.idempotencyKey,
    orderName: orderName(attempt.orderId),
    amount: request.amount,
    customerName: request.paymentName,
    customerEmail: request.userEmail,
  };
  if (request.paymentMethod === 'VirtualAccount') return () => provider.issueAccount(account);
  const { cardNumber, expiryYear, expiryMonth, birthOrRegistration, passwordTwoDigits } = request;
  const card = { ...account, cardNumber, expiryYear, expiryMonth, birthOrRegistration, passwordTwoDigits };
  return () => provider.charge(card);
}

// Shown on the buyer's receipt. The end of a UUIDv7 is its random part.
const orderName = (orderId: string): string => `주문 ${orderId.slice(-12)}`;

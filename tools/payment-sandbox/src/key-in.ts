import { randomInt } from 'node:crypto';
import { cardOutcome } from './card-outcome.ts';
import type { Decision } from './exchange.ts';
import { isExpired, type KeyInRequest, keyInSchema } from './key-in-request.ts';
import { maskCardNumber } from './mask-card-number.ts';
import { newPayment, type PaymentDraft } from './new-payment.ts';
import type { PaymentCard } from './payment.ts';
import { isTestKey, newIdentity, type Provider } from './provider.ts';
import { committedAnswer } from './provider-answer.ts';
import { errorBody, type Language, ProviderError, statusOf } from './provider-error.ts';
import { readFields } from './request-fields.ts';

// One made-up card company: deriving it from the number would keep a part of the number.
const ISSUER_CODE = '11';
const BUSINESS_NUMBER_LENGTH = 10;

/**
 * Decides a key-in approval and writes it to the ledger. Of the card only the mask survives the call.
 * A refusal of the card is written as an ABORTED payment with its `failure`, so a lookup tells it from "never asked".
 * @throws {ProviderError} for a wrong field or a used order id; nothing is written then.
 */
export function keyIn(provider: Provider, body: unknown, language: Language): Decision {
  const request = readFields(body, keyInSchema(isTestKey(provider.secretKey) ? 'lenient' : 'strict'));
  const nowMs = provider.now();
  if (!isTestKey(provider.secretKey) && isExpired(request.cardExpirationYear, request.cardExpirationMonth, nowMs)) {
    throw new ProviderError('INVALID_CARD_EXPIRATION');
  }
  if (provider.ledger.findByOrderId(request.orderId) !== undefined) throw new ProviderError('DUPLICATED_ORDER_ID');

  const outcome = cardOutcome(request.cardNumber);
  const draft = {
    orderId: request.orderId,
    orderName: request.orderName,
    method: '카드',
    amount: request.amount,
    taxFreeAmount: request.taxFreeAmount,
  } as const satisfies Partial<PaymentDraft>;

  if (outcome.kind === 'failed') {
    const failure = errorBody(outcome.code, language);
    provider.ledger.add(newPayment({ ...draft, status: 'ABORTED', failure }, newIdentity(nowMs)), nowMs);
    return { answer: { status: statusOf(outcome.code), body: failure, committed: true } };
  }
  const payment = newPayment({ ...draft, status: 'DONE', card: cardOf(request) }, newIdentity(nowMs));
  provider.ledger.add(payment, nowMs);
  return { answer: committedAnswer(payment), delivery: outcome.delivery };
}

function cardOf(request: KeyInRequest): PaymentCard {
  return {
    amount: request.amount,
    issuerCode: ISSUER_CODE,
    acquirerCode: ISSUER_CODE,
    number: maskCardNumber(request.cardNumber),
    installmentPlanMonths: request.cardInstallmentPlan,
    approveNo: String(randomInt(100_000_000)).padStart(8, '0'),
    useCardPoint: request.useCardPoint,
    cardType: '신용',
    ownerType: request.customerIdentityNumber.length === BUSINESS_NUMBER_LENGTH ? '법인' : '개인',
    acquireStatus: 'READY',
    isInterestFree: request.useFreeInstallmentPlan,
    interestPayer: null,
  };
}

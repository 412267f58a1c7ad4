import { answerOnce, type Begin, type OnceDeps } from '../workflow/answer-once.ts';
import type { InFlight } from '../workflow/in-flight.ts';
import type { PaymentMeans } from '../workflow/pay.ts';
import type { PaymentResult } from '../workflow/payment-result.ts';
import type { HttpReply, HttpRequest } from './fastify.ts';
import { idempotencyKeyOf } from './idempotency-key.ts';
import type { Limiters } from './limits.ts';
import { paymentAnswer } from './order-answers.ts';
import { sendAnswer } from './problems.ts';
import { inRequest } from './request-scope.ts';

/** What routes that charge run on, beside their workflow. */
export interface PayingDeps {
  readonly once: OnceDeps;
  readonly inFlight: InFlight;
  readonly limiters: Limiters;
  readonly requestMs: number;
}

/** One request that charges. */
export interface Paying {
  /** What tells it from another request under the same key. */
  readonly request: unknown;
  readonly work: (begin: Begin) => Promise<PaymentResult>;
}

/**
 * Carries out a request that charges: once for its Idempotency-Key, within the customer's limits, and to its end even
 * if the client goes away.
 * @throws {Refusal} before anything was written.
 */
export const answerPayment = async (
  { once, inFlight, limiters, requestMs }: PayingDeps,
  request: HttpRequest,
  reply: HttpReply,
  paying: Paying,
): Promise<HttpReply> => {
  const key = idempotencyKeyOf(request);
  const route = request.routeOptions.url ?? request.url;
  const keyed = key === undefined ? undefined : { key, route, method: request.method, request: paying.request };
  let payer: string | undefined;
  const admit = async (userId: string): Promise<void> => {
    payer = userId;
    await limiters.mayPay(request, userId);
    await limiters.order(request, userId);
  };
  const { answer, isReplayed } = await inRequest(request, requestMs, () =>
    inFlight.track(
      answerOnce(once, { keyed, admit, logger: request.log }, async (begin) => {
        const result = await paying.work(begin);
        if (payer !== undefined && result.tag === 'unpaid' && result.code === 'payment_declined') {
          await limiters.declined(request, payer);
        }
        return paymentAnswer(request, result);
      }),
    ),
  );
  if (isReplayed) reply.header('idempotency-replayed', 'true');
  return sendAnswer(reply, answer);
};

/** What is kept of a checked payment: of one without a card, no card data whatever was sent. */
export const meansOf = (payment: PaymentMeans): PaymentMeans => {
  if (payment.paymentMethod === 'VirtualAccount') {
    return { paymentMethod: 'VirtualAccount', paymentName: payment.paymentName };
  }
  const { paymentMethod, paymentName, cardNumber, expiryYear, expiryMonth, birthOrRegistration, passwordTwoDigits } =
    payment;
  return { paymentMethod, paymentName, cardNumber, expiryYear, expiryMonth, birthOrRegistration, passwordTwoDigits };
};

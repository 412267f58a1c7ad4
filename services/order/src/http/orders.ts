import { cancelOrder } from '../workflow/cancel-order.ts';
import type { WorkflowDeps } from '../workflow/deps.ts';
import { placeOrder } from '../workflow/place-order.ts';
import { retryPayment } from '../workflow/retry-payment.ts';
import { bearerTokenOf, requireBearer } from './bearer.ts';
import { answer, OF_PEERS, OF_TOKENS, problems } from './documentation.ts';
import type { HttpApp, HttpRequest } from './fastify.ts';
import { idempotencyHeaders } from './idempotency-key.ts';
import { cancelAnswer } from './order-answers.ts';
import { answerPayment, meansOf, type PayingDeps } from './paying.ts';
import { sendAnswer } from './problems.ts';
import { inRequest } from './request-scope.ts';
import { order, orderParams, placeOrderBody, retryPaymentBody } from './schemas.ts';
import { ValidationFailure } from './validation.ts';

const TAGS = ['orders'];
const SECURITY = [{ bearer: [] }];

const PAYING = [
  ...['amount_mismatch', 'card_invalid', 'payment_method_unsupported', 'payment_declined'],
  ...['payment_abandoned', 'payment_provider_error', 'order_not_payable', 'rate_limited', 'declines_exceeded'],
  ...['idempotency_key_invalid', 'idempotency_key_reused', 'idempotency_in_progress'],
] as const;

const paid = answer('paid', order, { location: true, replayed: true });
const pending = answer('outcome not known yet, or deposit awaited: send the money to payment.virtualAccount', order, {
  location: true,
  retryAfter: true,
  replayed: true,
});

/** The routes that change a customer's own orders. */
export const addOrderRoutes = (app: HttpApp, deps: WorkflowDeps, paying: PayingDeps): void => {
  app.post(
    '/order',
    {
      onRequest: requireBearer,
      schema: {
        operationId: 'placeOrder',
        summary: 'Place an order and pay it',
        description:
          'An id named twice is a quantity of two. payment.amount must equal the sum of the prices. 202 means that the ' +
          'outcome of the payment is not known yet, or that a deposit is awaited: read the order again later. With an ' +
          '`Idempotency-Key` it may be sent again: the first answer is repeated to the letter.',
        tags: TAGS,
        security: SECURITY,
        headers: idempotencyHeaders,
        body: placeOrderBody,
        response: {
          201: paid,
          202: pending,
          ...problems([...OF_TOKENS, ...OF_PEERS, 'product_not_found', ...PAYING], { body: true }),
        },
      },
    },
    async (request, reply) => {
      const token = bearerTokenOf(request);
      const { productIds, address, payment } = request.body;
      const means = meansOf(payment);
      forgetBody(request);
      return answerPayment(paying, request, reply, {
        request: { productIds, address, payment },
        work: (begin) =>
          placeOrder(
            deps,
            { token, productIds, address, means, amount: payment.amount },
            { logger: request.log, begin },
          ),
      });
    },
  );

  app.post(
    '/order/:orderId/payment',
    {
      onRequest: requireBearer,
      schema: {
        operationId: 'retryPayment',
        summary: 'Pay an order again whose payment failed',
        description:
          'Starts the next attempt. Of several requests at once one does; the others are 409. With an ' +
          '`Idempotency-Key` it may be sent again without a second attempt.',
        tags: TAGS,
        security: SECURITY,
        headers: idempotencyHeaders,
        params: orderParams,
        body: retryPaymentBody,
        response: {
          201: paid,
          202: pending,
          ...problems([...OF_TOKENS, ...OF_PEERS, 'order_not_found', ...PAYING], { body: true }),
        },
      },
    },
    async (request, reply) => {
      const token = bearerTokenOf(request);
      const { orderId } = request.params;
      const { payment } = request.body;
      const means = meansOf(payment);
      forgetBody(request);
      return answerPayment(paying, request, reply, {
        request: { orderId, payment },
        work: (begin) =>
          retryPayment(deps, { token, orderId, means, amount: payment.amount }, { logger: request.log, begin }),
      });
    },
  );

  app.post(
    '/order/:orderId/cancel',
    {
      onRequest: requireBearer,
      preValidation: requireNoBody,
      schema: {
        operationId: 'cancelOrder',
        summary: 'Cancel an order',
        description:
          'Gives the money of a paid order back in full, closes an account that waits for a deposit, or cancels an ' +
          'order whose payment failed. 202 means that it is under way: read the order again later. Sending it again is ' +
          'harmless. An order whose payment is still undecided, or can no longer be given back, is 409.',
        tags: TAGS,
        security: SECURITY,
        params: orderParams,
        response: {
          200: answer('canceled, now or before', order, { location: true }),
          202: answer('under way', order, { location: true, retryAfter: true }),
          ...problems(
            [
              ...OF_TOKENS,
              ...OF_PEERS,
              ...(['order_not_found', 'order_payment_pending', 'order_not_cancelable'] as const),
              ...(['payment_provider_error', 'rate_limited'] as const),
            ],
            { body: true },
          ),
        },
      },
    },
    async (request, reply) => {
      const token = bearerTokenOf(request);
      const { orderId } = request.params;
      const result = await inRequest(request, deps.budgets.requestMs, () =>
        paying.inFlight.track(cancelOrder(deps, { token, orderId }, { logger: request.log })),
      );
      return sendAnswer(reply, cancelAnswer(request, result));
    },
  );
};

/** There is nothing to say; a property would be one that somebody believes to have an effect. */
const requireNoBody = async ({ body }: Pick<HttpRequest, 'body'>): Promise<void> => {
  if (body === undefined || body === null) return;
  if (typeof body === 'object' && Object.keys(body).length === 0) return;
  throw new ValidationFailure([{ pointer: '', message: { en: 'must be empty', ko: '비어 있어야 합니다' } }]);
};

/** The body holds a card; nothing that looks at the request from here on gets to see it. */
const forgetBody = (request: Pick<HttpRequest, 'body'>): void => {
  request.body = undefined;
};

import { viewOf } from '../domain/order-view.ts';
import { authenticate } from '../workflow/authenticate.ts';
import type { WorkflowDeps } from '../workflow/deps.ts';
import type { InFlight } from '../workflow/in-flight.ts';
import type { Card } from '../workflow/pay.ts';
import { placeOrder } from '../workflow/place-order.ts';
import { listOwnOrders, readOwnOrder } from '../workflow/read-orders.ts';
import { retryPayment } from '../workflow/retry-payment.ts';
import { bearerTokenOf, requireBearer } from './bearer.ts';
import { answer, OF_PEERS, OF_TOKENS, problems } from './documentation.ts';
import type { HttpApp, HttpRequest } from './fastify.ts';
import { sendPaymentResult } from './payment-result.ts';
import { inRequest } from './request-scope.ts';
import {
  DEFAULT_PAGE_LIMIT,
  order,
  orderPage,
  orderParams,
  pageQuery,
  placeOrderBody,
  retryPaymentBody,
} from './schemas.ts';

const TAGS = ['orders'];
const SECURITY = [{ bearer: [] }];

const PAYING = ['amount_mismatch', 'card_invalid', 'payment_method_unsupported', 'payment_declined'] as const;
const PAYMENT_ENDS = ['payment_abandoned', 'payment_provider_error', 'order_not_payable', 'rate_limited'] as const;

/** The routes of a customer's own orders. */
export const addOrderRoutes = (app: HttpApp, deps: WorkflowDeps, inFlight: InFlight): void => {
  app.post(
    '/order',
    {
      onRequest: requireBearer,
      schema: {
        operationId: 'placeOrder',
        summary: 'Place an order and pay it',
        description:
          'An id named twice is a quantity of two. payment.amount must equal the sum of the prices. 202 means that the ' +
          'outcome of the payment is not known yet, or that a deposit is awaited: read the order again later.',
        tags: TAGS,
        security: SECURITY,
        body: placeOrderBody,
        response: {
          201: answer('paid', order, { location: true }),
          202: answer('outcome not known yet, or deposit awaited', order, { location: true, retryAfter: true }),
          ...problems([...OF_TOKENS, ...OF_PEERS, 'product_not_found', ...PAYING, ...PAYMENT_ENDS], { body: true }),
        },
      },
    },
    async (request, reply) => {
      const token = bearerTokenOf(request);
      const { productIds, address, payment } = request.body;
      const { amount, ...card } = payment;
      forgetBody(request);
      const result = await inRequest(request, deps.budgets.requestMs, () =>
        inFlight.track(placeOrder(deps, { token, productIds, address, card, amount }, { logger: request.log })),
      );
      return sendPaymentResult(request, reply, result);
    },
  );

  app.get(
    '/order',
    {
      onRequest: requireBearer,
      schema: {
        operationId: 'listOrders',
        summary: 'Your orders, newest first',
        tags: TAGS,
        security: SECURITY,
        querystring: pageQuery,
        response: {
          200: answer('a page of orders', orderPage),
          ...problems([...OF_TOKENS, ...OF_PEERS, 'validation_failed', 'cursor_invalid']),
        },
      },
    },
    async (request, reply) =>
      inRequest(request, deps.budgets.requestMs, async () => {
        const { userId } = await authenticate(deps, bearerTokenOf(request));
        const { cursor, limit = DEFAULT_PAGE_LIMIT } = request.query;
        const { orders, nextCursor } = await listOwnOrders(deps.orders, userId, { cursor, limit });
        return reply.send({ data: orders.map(viewOf), page: { nextCursor } });
      }),
  );

  app.get(
    '/order/:orderId',
    {
      onRequest: requireBearer,
      schema: {
        operationId: 'getOrder',
        summary: 'One of your orders',
        tags: TAGS,
        security: SECURITY,
        params: orderParams,
        response: { 200: answer('the order', order), ...problems([...OF_TOKENS, ...OF_PEERS, 'order_not_found']) },
      },
    },
    async (request, reply) =>
      inRequest(request, deps.budgets.requestMs, async () => {
        const { userId } = await authenticate(deps, bearerTokenOf(request));
        return reply.send(viewOf(await readOwnOrder(deps.orders, request.params.orderId, userId)));
      }),
  );

  app.post(
    '/order/:orderId/payment',
    {
      onRequest: requireBearer,
      schema: {
        operationId: 'retryPayment',
        summary: 'Pay an order again whose payment failed',
        description: 'Starts the next attempt. Of several requests at once one does; the others are 409.',
        tags: TAGS,
        security: SECURITY,
        params: orderParams,
        body: retryPaymentBody,
        response: {
          201: answer('paid', order, { location: true }),
          202: answer('outcome not known yet, or deposit awaited', order, { location: true, retryAfter: true }),
          ...problems([...OF_TOKENS, ...OF_PEERS, 'order_not_found', ...PAYING, ...PAYMENT_ENDS], { body: true }),
        },
      },
    },
    async (request, reply) => {
      const token = bearerTokenOf(request);
      const { orderId } = request.params;
      const { amount, ...card } = request.body.payment;
      forgetBody(request);
      const result = await inRequest(request, deps.budgets.requestMs, () =>
        inFlight.track(
          retryPayment(deps, { token, orderId, card: card satisfies Card, amount }, { logger: request.log }),
        ),
      );
      return sendPaymentResult(request, reply, result);
    },
  );
};

/** The body holds a card; nothing that looks at the request from here on gets to see it. */
const forgetBody = (request: Pick<HttpRequest, 'body'>): void => {
  request.body = undefined;
};

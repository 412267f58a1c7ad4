import { viewOf } from '../domain/order-view.ts';
import { authenticate } from '../workflow/authenticate.ts';
import type { WorkflowDeps } from '../workflow/deps.ts';
import { listOwnOrders, readOwnOrder } from '../workflow/read-orders.ts';
import { bearerTokenOf, requireBearer } from './bearer.ts';
import { answer, OF_PEERS, OF_TOKENS, problems } from './documentation.ts';
import type { HttpApp } from './fastify.ts';
import { inRequest } from './request-scope.ts';
import { DEFAULT_PAGE_LIMIT, order, orderPage, orderParams, pageQuery } from './schemas.ts';

const TAGS = ['orders'];
const SECURITY = [{ bearer: [] }];

/** The routes that read a customer's own orders. */
export const addOrderReadRoutes = (app: HttpApp, deps: WorkflowDeps): void => {
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
          ...problems([...OF_TOKENS, ...OF_PEERS, 'validation_failed', 'cursor_invalid', 'rate_limited']),
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
        response: {
          200: answer('the order', order),
          ...problems([...OF_TOKENS, ...OF_PEERS, 'order_not_found', 'rate_limited']),
        },
      },
    },
    async (request, reply) =>
      inRequest(request, deps.budgets.requestMs, async () => {
        const { userId } = await authenticate(deps, bearerTokenOf(request));
        return reply.send(viewOf(await readOwnOrder(deps.orders, request.params.orderId, userId)));
      }),
  );
};

import type { WorkflowDeps } from '../workflow/deps.ts';
import { listProducts } from '../workflow/list-products.ts';
import { answer, OF_PEERS, problems } from './documentation.ts';
import type { HttpApp } from './fastify.ts';
import { inRequest } from './request-scope.ts';
import { DEFAULT_PAGE_LIMIT, pageQuery, productPage } from './schemas.ts';

/** The public catalogue. */
export const addProductRoutes = (app: HttpApp, deps: WorkflowDeps): void => {
  app.get(
    '/products',
    {
      schema: {
        operationId: 'listProducts',
        summary: 'The catalogue, newest first',
        tags: ['products'],
        querystring: pageQuery,
        response: {
          200: answer('a page of products', productPage),
          ...problems([...OF_PEERS, 'validation_failed', 'cursor_invalid', 'rate_limited']),
        },
      },
    },
    async (request, reply) =>
      inRequest(request, deps.budgets.requestMs, async () => {
        const { cursor, limit = DEFAULT_PAGE_LIMIT } = request.query;
        const { products, nextCursor } = await listProducts(deps, { cursor, limit });
        return reply.send({ data: products, page: { nextCursor } });
      }),
  );
};

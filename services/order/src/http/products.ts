import { Refusal } from '../domain/refusal.ts';
import { dependencyFailure } from '../peers/dependency-failure.ts';
import type { WorkflowDeps } from '../workflow/deps.ts';
import { answer, OF_PEERS, problems } from './documentation.ts';
import type { HttpApp } from './fastify.ts';
import { inRequest } from './request-scope.ts';
import { DEFAULT_PAGE_LIMIT, pageQuery, productPage } from './schemas.ts';

/** The public catalogue. */
export const addProductRoutes = (app: HttpApp, { peers, budgets }: WorkflowDeps): void => {
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
      inRequest(request, budgets.requestMs, async () => {
        const { cursor, limit = DEFAULT_PAGE_LIMIT } = request.query;
        const result = await peers.product.list_products.safe({ cursor, limit }, { timeoutMs: budgets.productMs });
        if (!result.ok) {
          if (result.error.reason === 'cursor_invalid') throw new Refusal('cursor_invalid', { cause: result.error });
          throw dependencyFailure(result.error);
        }
        const { products, nextCursor } = result.value;
        return reply.send({ data: products, page: { nextCursor } });
      }),
  );
};

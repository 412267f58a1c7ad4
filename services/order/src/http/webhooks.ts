import { confirmDeposit } from '../workflow/confirm-deposit.ts';
import type { WorkflowDeps } from '../workflow/deps.ts';
import { answer, OF_PEERS, problems } from './documentation.ts';
import type { HttpApp } from './fastify.ts';
import { addressOf, type Limiters } from './limits.ts';
import { inRequest } from './request-scope.ts';
import { depositNotice, received } from './schemas.ts';

/** What the payment provider tells. It has no token: a notice proves itself by the secret of its payment. */
export const addWebhookRoutes = (app: HttpApp, deps: WorkflowDeps, limiters: Limiters): void => {
  app.post(
    '/webhooks/toss',
    {
      config: { isUncounted: true },
      preValidation: (request) => limiters.webhook(request, addressOf(request)),
      schema: {
        operationId: 'depositNotice',
        summary: 'A deposit on a virtual account, as the payment provider tells it (DEPOSIT_CALLBACK)',
        description:
          'The secret must be that of the payment; then the provider itself is asked, so a notice is never believed as ' +
          'it is. Hearing one twice, or late, changes nothing. 503 asks the provider to send it again.',
        tags: ['webhooks'],
        body: depositNotice,
        response: {
          200: answer('taken, now or before', received),
          ...problems(['webhook_not_verified', 'payment_not_found', 'rate_limited', ...OF_PEERS], { body: true }),
        },
      },
    },
    async (request, reply) => {
      await inRequest(request, deps.budgets.requestMs, () =>
        confirmDeposit(deps, request.body, { logger: request.log }),
      );
      return reply.send({ received: true as const });
    },
  );
};

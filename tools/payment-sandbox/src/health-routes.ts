import type { FastifyInstance } from 'fastify';
import type { Provider } from './provider.ts';

/** `/health/live`: the process answers. `/health/ready`: the ledger can be read as well. */
export function addHealthRoutes(app: FastifyInstance, provider: Provider): void {
  app.get('/health/live', () => ({ status: 'ok' }));

  app.get('/health/ready', (request, reply) => {
    try {
      provider.database.prepare('SELECT count(*) FROM payments WHERE payment_key IS NULL').get();
      return reply.send({ status: 'ok' });
    } catch (err) {
      request.log.error({ err }, 'ledger not readable');
      return reply.code(503).send({ status: 'unavailable' });
    }
  });
}

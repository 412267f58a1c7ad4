import { answer, problems } from './documentation.ts';
import type { HttpApp } from './fastify.ts';
import type { Drain } from './hooks.ts';
import { UNSHED } from './load-shedding.ts';
import { liveness, readiness } from './schemas.ts';

/** What readiness asks. */
export interface HealthDeps {
  /** Rejects when the order database does not answer or is not set up yet. */
  readonly checkDatabase: () => Promise<void>;
  readonly peerStates: () => { readonly user: string; readonly product: string; readonly payment: string };
}

/** For orchestrators: cheap, open, and silent about versions and hosts. */
export const addHealthRoutes = (app: HttpApp, deps: HealthDeps, drain: Drain): void => {
  app.get(
    '/health/live',
    {
      config: UNSHED,
      schema: {
        operationId: 'live',
        summary: 'Is the process alive',
        tags: ['health'],
        response: { 200: answer('alive', liveness), ...problems([]) },
      },
    },
    async (_request, reply) => reply.send({ status: 'ok' as const }),
  );

  app.get(
    '/health/ready',
    {
      config: { isUncounted: true },
      schema: {
        operationId: 'ready',
        summary: 'May traffic be sent here',
        description: 'Peers are told for information; one of them being down does not make this service unready.',
        tags: ['health'],
        response: {
          200: answer('ready', readiness),
          ...problems([]),
          503: answer('not ready: the database is out of reach, or the process is stopping', readiness),
        },
      },
    },
    async (_request, reply) => {
      const isUp = await deps.checkDatabase().then(
        () => true,
        () => false,
      );
      const status = drain.isDraining ? 'stopping' : isUp ? 'ready' : 'notReady';
      return reply
        .code(status === 'ready' ? 200 : 503)
        .send({ status, mongo: isUp ? 'up' : 'down', peers: deps.peerStates() });
    },
  );
};

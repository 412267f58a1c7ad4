import type { HTTPMethods } from 'fastify';
import type { HttpApp } from './fastify.ts';
import { sendProblem } from './problems.ts';

const METHODS: readonly HTTPMethods[] = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];

/** Remembers which methods each address takes; must be called before the routes are added. */
export const watchMethods = (app: HttpApp): Map<string, Set<string>> => {
  const known = new Map<string, Set<string>>();
  app.addHook('onRoute', ({ url, method }) => {
    const methods = known.get(url) ?? new Set();
    for (const name of [method].flat()) methods.add(name);
    known.set(url, methods);
  });
  return known;
};

/** Answers every other method of a known address with 405 and the ones it takes (RFC 9110 §15.5.6). */
export const addMethodNotAllowed = (app: HttpApp, known: ReadonlyMap<string, ReadonlySet<string>>): void => {
  for (const [url, methods] of [...known]) {
    const allow = [...methods].sort().join(', ');
    app.route({
      url,
      method: METHODS.filter((method) => !methods.has(method)),
      schema: { hide: true },
      // Before the body is read: there is nothing to do with it.
      onRequest: async (request, reply) => sendProblem(request, reply.header('allow', allow), 'method_not_allowed'),
      handler: async (request, reply) => sendProblem(request, reply, 'method_not_allowed'),
    });
  }
};

import type { HttpApp } from './fastify.ts';

/** Milliseconds between two looks at a server that is closing. */
const SWEEP_MS = 50;

/**
 * Ends a closing server's connections as soon as no request is under way. Node closes the idle ones by itself, but
 * takes one that was opened and never used for busy until its timeout of 30 s, which is longer than a stopping process
 * is given.
 */
export const addGracefulClose = (app: HttpApp): void => {
  let requests = 0;
  app.addHook('onRequest', async (_request, reply) => {
    requests += 1;
    reply.raw.once('close', () => {
      requests -= 1;
    });
  });
  app.addHook('preClose', (done) => {
    done();
    if (!app.server.listening) return;
    // Again and again, because the server stops listening only after this hook.
    const sweep = setInterval(() => {
      if (requests === 0) app.server.closeAllConnections();
    }, SWEEP_MS);
    app.server.once('close', () => clearInterval(sweep));
  });
};

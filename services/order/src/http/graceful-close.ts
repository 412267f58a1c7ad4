import { once } from 'node:events';
import { Server } from 'node:net';
import type { HttpApp } from './fastify.ts';

/** Milliseconds for which a stopping server answers what still comes on the connections it has. */
const GRACE_MS = 1_000;

/** Milliseconds between two looks at a server that is closing. */
const SWEEP_MS = 50;

/**
 * Closes the application so that no request is lost which a client sends on a connection it holds. First it takes no
 * new connections and answers what comes on the others, for a second or until none is left: each answer closes its
 * own. Then it closes the idle ones and waits for what is under way.
 */
export const closeGracefully = async (app: HttpApp, graceMs = GRACE_MS): Promise<void> => {
  if (app.server.listening) {
    const isEmpty = once(app.server, 'close', { signal: AbortSignal.timeout(graceMs) });
    // The listener alone. `http.Server` would end the idle connections with it, and whatever is on its way there.
    Server.prototype.close.call(app.server);
    await isEmpty.catch(() => undefined);
  }
  await app.close();
};

/**
 * Ends a closing server's connections as soon as no request is under way. Node closes the idle ones by itself, but
 * takes one that was opened and never used for busy until its timeout of 30 s, which is longer than a stopping process
 * is given.
 */
export const sweepWhenClosing = (app: HttpApp): void => {
  let requests = 0;
  app.addHook('onRequest', async (_request, reply) => {
    requests += 1;
    reply.raw.once('close', () => {
      requests -= 1;
    });
  });
  app.addHook('preClose', (done) => {
    done();
    const sweep = setInterval(() => {
      if (requests === 0) app.server.closeAllConnections();
    }, SWEEP_MS);
    // Emitted for a server that has never listened, too.
    app.server.once('close', () => clearInterval(sweep));
  });
};

import { createServer, type Server } from 'node:net';

/** The port a listening server was given. */
export const portOf = (server: Pick<Server, 'address'>): number => {
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('server has no port');
  return address.port;
};

/** A port that is free now, for programs that want to be told theirs. */
export const freePort = (): Promise<number> =>
  new Promise((resolve) => {
    const server = createServer();
    server.listen(0, '127.0.0.1', () => {
      const port = portOf(server);
      server.close(() => resolve(port));
    });
  });

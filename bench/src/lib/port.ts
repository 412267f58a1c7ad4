import type { Server } from 'node:net';

/** The port a listening server was given. */
export const portOf = (server: Pick<Server, 'address'>): number => {
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('server has no port');
  return address.port;
};

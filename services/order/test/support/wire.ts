import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';

/** A TCP connection that a test can take away from between two processes, and give back. */
export interface Wire {
  readonly port: number;
  /** Ends every connection and takes no new one: nobody is there any more. */
  cut(): Promise<void>;
  /** Takes connections again, at the same port. */
  mend(): Promise<void>;
}

/** Passes bytes on to a port, of this machine unless said. */
export const startWire = async (targetPort: number, targetHost = '127.0.0.1'): Promise<Wire> => {
  const sockets = new Set<Socket>();
  let server: Server | undefined;
  let port = 0;

  const join = (near: Socket): void => {
    const far = connect(targetPort, targetHost);
    for (const [socket, other] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(socket);
      socket.on('close', () => {
        sockets.delete(socket);
        other.destroy();
      });
      // A reset is one way of being cut; the close that follows does the work.
      socket.on('error', () => other.destroy());
      socket.pipe(other);
    }
  };

  const mend = async (): Promise<void> => {
    if (server !== undefined) return;
    server = createServer(join).listen(port, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    port = typeof address === 'object' && address !== null ? address.port : port;
  };

  const cut = async (): Promise<void> => {
    const closing = server;
    server = undefined;
    for (const socket of sockets) socket.destroy();
    if (closing === undefined) return;
    closing.close();
    await once(closing, 'close');
  };

  await mend();
  return { port, cut, mend };
};

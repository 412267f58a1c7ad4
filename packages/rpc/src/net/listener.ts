import { createServer, type Server, type Socket } from 'node:net';

export interface ListenOptions {
  /** Address to bind. Default `0.0.0.0`. */
  readonly host?: string;
  /** Port to bind; 0 picks a free one. */
  readonly port: number;
}

export interface BoundAddress {
  readonly host: string;
  readonly port: number;
}

/** A listening socket. */
export interface Listener {
  readonly address: BoundAddress;
  /** Accepts nothing more; connections already open are not touched. */
  stop(): void;
}

/** @throws the error of the operating system as it is, `EADDRINUSE` among them. */
export const listen = (options: ListenOptions, onSocket: (socket: Socket) => void): Promise<Listener> =>
  new Promise((resolve, reject) => {
    const server: Server = createServer({ noDelay: true, keepAlive: true, keepAliveInitialDelay: 15_000 }, onSocket);
    server.once('error', reject);
    server.listen({ host: options.host ?? '0.0.0.0', port: options.port, backlog: 1024 }, () => {
      server.off('error', reject);
      // After binding, an error of accept() (too many open files) must not end the process.
      server.on('error', () => undefined);
      const address = server.address();
      if (address === null || typeof address === 'string') {
        reject(new Error('listening socket has no address'));
        return;
      }
      resolve({
        address: { host: address.address, port: address.port },
        stop: () => {
          server.close();
        },
      });
    });
  });

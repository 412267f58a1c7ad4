import { createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer, Server as TlsServer } from 'node:tls';
import type { ServerTls } from './tls.ts';

/** Where to listen. */
export interface ListenOptions {
  /** Address to bind. Default `0.0.0.0`. */
  readonly host?: string;
  /** Port to bind; 0 picks a free one. Not with `path`. */
  readonly port?: number;
  /** Unix domain socket to bind instead. */
  readonly path?: string;
}

export interface ListenSecurity {
  readonly tls: ServerTls | undefined;
  /** Milliseconds a TLS handshake may take. */
  readonly handshakeTimeoutMs: number;
  /** A TLS handshake failed; the socket is closed already. */
  readonly onHandshakeFailed: (error: Error) => void;
}

/** Where a server listens. */
export interface BoundAddress {
  /** The address, or the path of a Unix domain socket. */
  readonly host: string;
  /** The port; 0 for a Unix domain socket. */
  readonly port: number;
}

/** A listening socket. */
export interface Listener {
  readonly address: BoundAddress;
  /** Uses other certificates for connections from now on. @throws {TypeError} a listener without TLS. */
  reloadTls(tls: ServerTls): void;
  /** Accepts nothing more; connections already open are not touched. */
  stop(): void;
}

/** @throws the error of the operating system as it is, `EADDRINUSE` among them. */
export const listen = (
  options: ListenOptions,
  security: ListenSecurity,
  onSocket: (socket: Socket) => void,
): Promise<Listener> =>
  new Promise((resolve, reject) => {
    const server = makeServer(security, onSocket);
    server.once('error', reject);
    const { host = '0.0.0.0', port, path } = options;
    server.listen({ ...(path === undefined ? { host, port } : { path }), backlog: 1024 }, () => {
      server.off('error', reject);
      // After binding, an error of accept() (too many open files) must not end the process.
      server.on('error', () => undefined);
      const address = server.address();
      resolve({
        address:
          typeof address === 'object' && address !== null
            ? { host: address.address, port: address.port }
            : { host: address ?? '', port: 0 },
        reloadTls(tls) {
          if (!(server instanceof TlsServer))
            throw new TypeError('server listens without TLS; there is nothing to reload');
          server.setSecureContext(tls);
        },
        stop: () => {
          server.close();
        },
      });
    });
  });

const makeServer = (
  { tls, handshakeTimeoutMs, onHandshakeFailed }: ListenSecurity,
  onSocket: (socket: Socket) => void,
): Server => {
  const keep = { noDelay: true, keepAlive: true, keepAliveInitialDelay: 15_000 };
  if (tls === undefined) return createServer(keep, onSocket);
  const server = createTlsServer({ ...tls, ...keep, handshakeTimeout: handshakeTimeoutMs }, onSocket);
  server.on('tlsClientError', onHandshakeFailed);
  return server;
};

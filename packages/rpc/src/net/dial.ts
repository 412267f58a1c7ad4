import { connect, isIP, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { type Endpoint, endpointName } from './address.ts';
import type { ClientTls } from './tls.ts';

export interface Dialing {
  /** Gives the attempt up; neither callback runs afterwards. */
  abort(): void;
}

export interface DialOptions {
  /** Milliseconds for name lookup, TCP handshake and TLS handshake together. */
  readonly connectTimeoutMs: number;
  /** Asked anew for each connection, so that renewed certificates are used without a restart. */
  readonly tls?: (() => ClientTls) | undefined;
}

/** Opens a socket. Exactly one of the callbacks runs, later than this returns. */
export const dial = (
  endpoint: Endpoint,
  options: DialOptions,
  onConnected: (socket: Socket) => void,
  onFailed: (error: Error) => void,
): Dialing => {
  const { connectTimeoutMs } = options;
  const { socket, readyEvent } = open(endpoint, options);
  const timer = setTimeout(() => {
    settle();
    abandon();
    onFailed(new Error(`no connection to ${endpointName(endpoint)} within connectTimeoutMs ${connectTimeoutMs}`));
  }, connectTimeoutMs);
  const failed = (error: Error): void => {
    settle();
    abandon();
    onFailed(error);
  };
  const ended = (): void => failed(new Error(`${endpointName(endpoint)} closed the connection during its handshake`));
  const connected = (): void => {
    settle();
    onConnected(socket);
  };
  const settle = (): void => {
    clearTimeout(timer);
    socket.off('error', failed);
    socket.off('close', ended);
    socket.off(readyEvent, connected);
  };
  /** Later errors of a socket given up concern nobody, but unheard they would end the process. */
  const abandon = (): void => {
    socket.on('error', () => undefined);
    socket.destroy();
  };
  socket.once('error', failed);
  socket.once('close', ended);
  socket.once(readyEvent, connected);
  return {
    abort() {
      settle();
      abandon();
    },
  };
};

const open = (
  endpoint: Endpoint,
  { tls }: DialOptions,
): { readonly socket: Socket; readonly readyEvent: 'connect' | 'secureConnect' } => {
  const where = 'path' in endpoint ? { path: endpoint.path } : { host: endpoint.host, port: endpoint.port };
  const keep = { noDelay: true, keepAlive: true, keepAliveInitialDelay: 15_000 };
  if (tls === undefined) return { socket: connect({ ...where, ...keep }), readyEvent: 'connect' };
  const settings = tls();
  const name = settings.servername ?? ('path' in endpoint ? undefined : (endpoint.serverName ?? endpoint.host));
  // SNI carries names only; an address in it is a protocol error.
  const servername = name === undefined || isIP(name) !== 0 ? {} : { servername: name };
  return { socket: connectTls({ ...where, ...settings, ...servername, ...keep }), readyEvent: 'secureConnect' };
};

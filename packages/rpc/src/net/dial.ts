import { connect, type Socket } from 'node:net';
import type { Endpoint } from './address.ts';
import { endpointName } from './address.ts';

export interface Dialing {
  /** Gives the attempt up; neither callback runs afterwards. */
  abort(): void;
}

/**
 * Opens a socket. Exactly one of the callbacks runs, later than this returns.
 * @param connectTimeoutMs milliseconds for name lookup and TCP handshake together.
 */
export const dial = (
  endpoint: Endpoint,
  connectTimeoutMs: number,
  onConnected: (socket: Socket) => void,
  onFailed: (error: Error) => void,
): Dialing => {
  const where = 'path' in endpoint ? { path: endpoint.path } : { host: endpoint.host, port: endpoint.port };
  const socket = connect({ ...where, noDelay: true, keepAlive: true, keepAliveInitialDelay: 15_000 });
  const timer = setTimeout(() => {
    settle();
    socket.destroy();
    onFailed(new Error(`no connection to ${endpointName(endpoint)} within connectTimeoutMs ${connectTimeoutMs}`));
  }, connectTimeoutMs);
  const failed = (error: Error): void => {
    settle();
    // Later errors of a socket given up concern nobody, but unheard they would end the process.
    socket.on('error', () => undefined);
    onFailed(error);
  };
  const connected = (): void => {
    settle();
    onConnected(socket);
  };
  const settle = (): void => {
    clearTimeout(timer);
    socket.off('error', failed);
    socket.off('connect', connected);
  };
  socket.once('error', failed);
  socket.once('connect', connected);
  return {
    abort() {
      settle();
      socket.on('error', () => undefined);
      socket.destroy();
    },
  };
};

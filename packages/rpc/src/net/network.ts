import type { Socket } from 'node:net';
import type { Endpoint } from './address.ts';
import { type Dialing, type DialOptions, dial } from './dial.ts';
import { type Listener, type ListenOptions, type ListenSecurity, listen } from './listener.ts';

/** The one name of `node:net` that others may know; what is done with a socket is done in this folder. */
export type { Socket };

/** Where connections come from: the operating system, or a test's memory. */
export interface Network {
  dial(
    endpoint: Endpoint,
    options: DialOptions,
    onConnected: (socket: Socket) => void,
    onFailed: (error: Error) => void,
  ): Dialing;
  listen(options: ListenOptions, security: ListenSecurity, onSocket: (socket: Socket) => void): Promise<Listener>;
}

/** TCP, TLS and Unix domain sockets. */
export const systemNetwork: Network = { dial, listen };

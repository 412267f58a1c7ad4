import type { Socket } from 'node:net';
import type { Endpoint } from './address.ts';
import { type Dialing, dial } from './dial.ts';
import { type Listener, type ListenOptions, listen } from './listener.ts';

/** Where connections come from: TCP, or a test's memory. */
export interface Network {
  dial(
    endpoint: Endpoint,
    connectTimeoutMs: number,
    onConnected: (socket: Socket) => void,
    onFailed: (error: Error) => void,
  ): Dialing;
  listen(options: ListenOptions, onSocket: (socket: Socket) => void): Promise<Listener>;
}

export const tcpNetwork: Network = { dial, listen };

import type { Socket } from 'node:net';
import { type Duplex, duplexPair } from 'node:stream';
import { endpointName } from '../net/address.ts';
import type { Network } from '../net/network.ts';

/** A network inside one process: the real codec and the real streams, but no port. */
export interface MemoryNetwork extends Network {
  /** Destroys every connection, as a network does that goes away. */
  cut(): void;
  /** Connections open. */
  readonly connections: number;
}

const refused = (name: string): Error =>
  Object.assign(new Error(`connect ECONNREFUSED ${name}`), { code: 'ECONNREFUSED', syscall: 'connect' });

/** The part of a TCP socket that connections use and an in-memory duplex lacks. */
const asSocket = (duplex: Duplex, port: number): Socket =>
  Object.assign(duplex, { remoteAddress: 'memory', remotePort: port, setNoDelay: () => duplex }) as unknown as Socket;

/** Give it to `createServer` and `createClient` as `network`; hosts are ignored, ports name the listeners. */
export const memoryNetwork = (): MemoryNetwork => {
  const listeners = new Map<number, (socket: Socket) => void>();
  const open = new Set<Duplex>();
  let nextPort = 40_000;
  return {
    dial(endpoint, _options, onConnected, onFailed) {
      let aborted = false;
      // A real dial never answers before it returns.
      setImmediate(() => {
        if (aborted) return;
        const onSocket = 'port' in endpoint ? listeners.get(endpoint.port) : undefined;
        if (onSocket === undefined) {
          onFailed(refused(endpointName(endpoint)));
          return;
        }
        const [near, far] = duplexPair({ allowHalfOpen: false });
        for (const [side, other] of [
          [near, far],
          [far, near],
        ] as const) {
          open.add(side);
          side.on('close', () => {
            open.delete(side);
            // A pair does not tell the other side of a destroy; a network does.
            if (!other.destroyed) other.destroy();
          });
        }
        nextPort += 1;
        onSocket(asSocket(far, nextPort));
        onConnected(asSocket(near, nextPort));
      });
      return {
        abort() {
          aborted = true;
        },
      };
    },
    listen(options, _security, onSocket) {
      nextPort += 1;
      const port = options.port === undefined || options.port === 0 ? nextPort : options.port;
      if (listeners.has(port)) {
        return Promise.reject(
          Object.assign(new Error(`listen EADDRINUSE memory:${port}`), { code: 'EADDRINUSE', port }),
        );
      }
      listeners.set(port, onSocket);
      return Promise.resolve({
        address: { host: 'memory', port },
        reloadTls: () => undefined,
        stop: () => void listeners.delete(port),
      });
    },
    cut() {
      for (const side of open) side.destroy();
    },
    get connections() {
      return open.size / 2;
    },
  };
};

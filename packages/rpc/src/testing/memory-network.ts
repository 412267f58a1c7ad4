import type { Socket } from 'node:net';
import { type Clock, systemClock } from '../core/clock.ts';
import { endpointName } from '../net/address.ts';
import type { Network } from '../net/network.ts';
import { FaultPlan } from './fault-plan.ts';
import type { Fault } from './faults.ts';
import { memorySockets } from './memory-socket.ts';

/** A network inside one process: the real codec and the real streams, but no port. */
export interface MemoryNetwork extends Network {
  /** Destroys every connection, as a network does that goes away. */
  cut(): void;
  /** Lets faults strike what is written from now on; the answer removes these again. */
  faults(...faults: readonly Fault[]): () => void;
  /** Removes every fault. */
  clearFaults(): void;
  /** Connections open. */
  readonly connections: number;
}

const refused = (name: string): Error =>
  Object.assign(new Error(`connect ECONNREFUSED ${name}`), { code: 'ECONNREFUSED', syscall: 'connect' });

/** What a memory network is made with. */
export interface MemoryNetworkOptions {
  /** Decides which writes its faults strike; the same seed, the same writes. Default 1. */
  readonly seed?: number;
  /** What late deliveries run on. Default the process's monotonic clock. */
  readonly clock?: Clock;
}

/** Give it to `createServer` and `createClient` as `network`; hosts are ignored, ports name the listeners. */
export const memoryNetwork = ({ seed = 1, clock = systemClock }: MemoryNetworkOptions = {}): MemoryNetwork => {
  const plan = new FaultPlan(seed);
  let dialed = 0;
  const listeners = new Map<number, (socket: Socket) => void>();
  const open = new Set<Socket>();
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
        dialed += 1;
        nextPort += 1;
        const connection = { number: dialed, port: 'port' in endpoint ? endpoint.port : 0 };
        const faults = [plan.of(connection, 'client'), plan.of(connection, 'server')] as const;
        const [near, far] = memorySockets(nextPort, ...faults, clock);
        for (const side of [near, far]) {
          open.add(side);
          side.on('close', () => open.delete(side));
        }
        onSocket(far);
        onConnected(near);
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
    faults: (...faults) => plan.add(faults),
    clearFaults: () => plan.clear(),
    get connections() {
      return open.size / 2;
    },
  };
};

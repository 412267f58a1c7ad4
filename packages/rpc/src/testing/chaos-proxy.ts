import { connect, createServer, type Socket } from 'node:net';
import { type Clock, systemClock } from '../core/clock.ts';
import { parseTarget } from '../net/address.ts';
import type { ChaosKnobs } from './chaos-knobs.ts';
import { type ChaosPump, chaosPump } from './chaos-pump.ts';

/** Which way bytes go through a {@link ChaosProxy}. */
export type ChaosDirection = 'to-server' | 'to-client' | 'both';

/** A TCP proxy that does to its connections what networks do. */
export interface ChaosProxy {
  /** `tcp://127.0.0.1:port`: give it to `createClient` in place of the server's own. */
  readonly target: string;
  readonly port: number;
  /** Connections passing through. */
  readonly connections: number;
  /**
   * Turns the knobs of open and later connections; what is left out is off, so `{}` heals.
   * @param direction default `both`.
   */
  set(knobs: ChaosKnobs, direction?: ChaosDirection): void;
  /** Resets every connection now; new ones are accepted. */
  cut(): void;
  /** Stops listening and resets what is open. */
  close(): Promise<void>;
}

/** Where a {@link ChaosProxy} passes bytes on to. */
export interface ChaosProxyOptions {
  /** `tcp://host:port` or `unix:/path` of the server. */
  readonly target: string;
  /** What delays run on. Default the process's monotonic clock. */
  readonly clock?: Clock;
}

interface Pair {
  readonly toServer: ChaosPump;
  readonly toClient: ChaosPump;
  readonly reset: () => void;
}

/**
 * Starts a proxy on a free port of `127.0.0.1`; the caller closes it. It knows nothing of what it passes on.
 * @throws {TypeError} a target that is not one address.
 */
export const chaosProxy = async ({ target, clock = systemClock }: ChaosProxyOptions): Promise<ChaosProxy> => {
  const [endpoint, second] = parseTarget(target);
  if (endpoint === undefined || second !== undefined || 'name' in endpoint) {
    throw new TypeError(`target ${target} is not one address; write tcp://host:port or unix:/path`);
  }
  const pairs = new Set<Pair>();
  let toServer: ChaosKnobs = {};
  let toClient: ChaosKnobs = {};
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (client) => {
    const upstream = connect({ ...endpoint, allowHalfOpen: true, noDelay: true });
    const sides = [client, upstream];
    const reset = (): void => {
      for (const side of sides) side.resetAndDestroy();
    };
    const pair: Pair = {
      toServer: chaosPump(client, upstream, toServer, clock, reset),
      toClient: chaosPump(upstream, client, toClient, clock, reset),
      reset,
    };
    pairs.add(pair);
    for (const side of sides) {
      // 'close' follows and says that there was an error.
      side.on('error', () => undefined);
      side.on('close', () => {
        if (sides.every(({ destroyed }) => destroyed)) pairs.delete(pair);
      });
    }
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const port = portOf(server.address());
  const cut = (): void => {
    for (const { reset } of pairs) reset();
  };
  return {
    target: `tcp://127.0.0.1:${port}`,
    port,
    get connections() {
      return pairs.size;
    },
    set(knobs, direction = 'both') {
      if (direction !== 'to-client') toServer = knobs;
      if (direction !== 'to-server') toClient = knobs;
      for (const pair of pairs) {
        if (direction !== 'to-client') pair.toServer.turn(knobs);
        if (direction !== 'to-server') pair.toClient.turn(knobs);
      }
    },
    cut,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        cut();
      }),
  };
};

const portOf = (address: ReturnType<Socket['address']> | string | null): number => {
  if (typeof address !== 'object' || address === null || !('port' in address)) throw new Error('proxy has no port');
  return address.port;
};

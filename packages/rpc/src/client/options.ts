import { type Clock, systemClock } from '../core/clock.ts';
import { type Logger, silentLogger } from '../core/logger.ts';
import { type ConnectionLimits, DEFAULT_CONNECTION_LIMITS } from '../net/connection.ts';
import { type Network, systemNetwork } from '../net/network.ts';
import { type Lookup, systemLookup } from '../net/resolve.ts';
import type { ClientTls } from '../net/tls.ts';
import { type BreakerOptions, DEFAULT_BREAKER } from '../policy/breaker-options.ts';
import { type BulkheadOptions, DEFAULT_BULKHEAD } from '../policy/bulkhead.ts';
import type { HedgeOptions } from '../policy/hedging.ts';
import { DEFAULT_RETRY, type RetryOptions } from '../policy/retry.ts';
import { DEFAULT_RETRY_BUDGET, type RetryBudgetOptions } from '../policy/retry-budget.ts';
import { checkCeilings, DEFAULT_WIRE_LIMITS, type WireLimits } from '../wire/limits.ts';

/** What only matters with `wire: 'nest'`. */
export interface NestClientOptions {
  /** The peer answers with the standard reply `{status, data}`, as a server of ours with `nest.envelope`. Default false. */
  readonly envelope?: boolean;
  /** Bytes of a stream that may wait for its reader: the Nest wire cannot slow a server down. Default 16 MiB. */
  readonly maxHeldBytes?: number;
}

/** What a client is made with; `target` alone is required. */
export interface ClientOptions {
  /** `tcp://host:port`, `dns:///name:port` for all addresses of a name, `unix:/path`; several by commas, or a list. */
  readonly target: string | readonly string[];
  /** What this process calls itself to its peers. Default `client`. */
  readonly name?: string;
  /** Milliseconds of a whole call where neither the call nor the contract says. Default 10 000. `Infinity` for none. */
  readonly timeoutMs?: number;
  /** Milliseconds to establish a TCP connection. Default 3 000. */
  readonly connectTimeoutMs?: number;
  /** Milliseconds for the peer's greeting. Default 5 000. */
  readonly handshakeTimeoutMs?: number;
  /** Milliseconds of silence after which the peer is pinged. Default 15 000. */
  readonly keepaliveMs?: number;
  /** Milliseconds of silence after which it is pinged while calls are in flight. Default 2 000. */
  readonly keepaliveBusyMs?: number;
  /** Milliseconds it has to answer. Default 5 000. */
  readonly keepaliveTimeoutMs?: number;
  /** Milliseconds between look-ups of `dns:///` names, a tenth more or less. Default 30 000. */
  readonly resolveEveryMs?: number;
  /** Finds the addresses of a name. Default the system's resolver. */
  readonly lookup?: Lookup;
  /** Sent in the greeting to a server that asks for one. */
  readonly authToken?: string | undefined;
  readonly retry?: RetryOptions & { readonly budget?: RetryBudgetOptions };
  /** Ask a second endpoint when a read is late. Default off. */
  readonly hedge?: HedgeOptions | boolean;
  readonly breaker?: BreakerOptions;
  readonly bulkhead?: BulkheadOptions;
  /** The wire the peer speaks; `nest` is NestJS's TCP transport. Default `native`. */
  readonly wire?: 'native' | 'nest';
  readonly nest?: NestClientOptions;
  readonly limits?: Partial<WireLimits & ConnectionLimits>;
  /** Where lines go; pino fits as it is. Default nowhere. */
  readonly logger?: Logger;
  /** TLS with these settings; a function is asked for each connection, so that renewed certificates are picked up. */
  readonly tls?: ClientTls | (() => ClientTls);
  /** Where connections come from. Default the operating system; `memoryNetwork()` of `cmdrpc/testing` opens no port. */
  readonly network?: Network;
  /** Default the process's monotonic clock. */
  readonly clock?: Clock;
  /** Numbers in [0, 1) for jitter. Default `Math.random`. */
  readonly random?: () => number;
}

/** Every option with its value. */
export interface ResolvedClientOptions {
  readonly target: string | readonly string[];
  readonly name: string;
  readonly timeoutMs: number;
  readonly connectTimeoutMs: number;
  readonly handshakeTimeoutMs: number;
  readonly keepaliveMs: number;
  readonly keepaliveBusyMs: number;
  readonly keepaliveTimeoutMs: number;
  readonly resolveEveryMs: number;
  readonly lookup: Lookup;
  readonly authToken: string | undefined;
  readonly retry: Required<RetryOptions>;
  readonly retryBudget: Required<RetryBudgetOptions>;
  readonly hedge: HedgeOptions | undefined;
  readonly breaker: Required<BreakerOptions>;
  readonly bulkhead: Required<BulkheadOptions>;
  readonly wire: 'native' | 'nest';
  readonly nest: Required<NestClientOptions>;
  readonly wireLimits: WireLimits;
  readonly connectionLimits: ConnectionLimits;
  readonly logger: Logger;
  readonly tls: (() => ClientTls) | undefined;
  readonly network: Network;
  readonly clock: Clock;
  readonly random: () => number;
}

/** @throws {TypeError} a number that is not one or not positive, naming the option. */
export const resolveClientOptions = (options: ClientOptions): ResolvedClientOptions => {
  const { budget, ...retry } = options.retry ?? {};
  const limits = { ...DEFAULT_WIRE_LIMITS, ...DEFAULT_CONNECTION_LIMITS, ...options.limits };
  const resolved: ResolvedClientOptions = {
    target: options.target,
    name: options.name ?? 'client',
    timeoutMs: options.timeoutMs ?? 10_000,
    connectTimeoutMs: options.connectTimeoutMs ?? 3_000,
    handshakeTimeoutMs: options.handshakeTimeoutMs ?? 5_000,
    keepaliveMs: options.keepaliveMs ?? 15_000,
    keepaliveBusyMs: options.keepaliveBusyMs ?? 2_000,
    keepaliveTimeoutMs: options.keepaliveTimeoutMs ?? 5_000,
    resolveEveryMs: options.resolveEveryMs ?? 30_000,
    lookup: options.lookup ?? systemLookup,
    authToken: options.authToken,
    retry: { ...DEFAULT_RETRY, ...retry },
    retryBudget: { ...DEFAULT_RETRY_BUDGET, ...budget },
    hedge: options.hedge === true ? {} : options.hedge === false ? undefined : options.hedge,
    breaker: { ...DEFAULT_BREAKER, ...options.breaker },
    bulkhead: { ...DEFAULT_BULKHEAD, ...options.bulkhead },
    wire: wireOf(options.wire),
    nest: { envelope: false, maxHeldBytes: 16 * 1024 * 1024, ...options.nest },
    wireLimits: limits,
    connectionLimits: limits,
    logger: options.logger ?? silentLogger,
    tls: tlsOf(options.tls),
    network: options.network ?? systemNetwork,
    clock: options.clock ?? systemClock,
    random: options.random ?? Math.random,
  };
  mustBePositive('', resolved, [
    'timeoutMs',
    'connectTimeoutMs',
    'handshakeTimeoutMs',
    'keepaliveMs',
    'keepaliveBusyMs',
    'keepaliveTimeoutMs',
    'resolveEveryMs',
  ]);
  mustBePositive('nest.', resolved.nest, ['maxHeldBytes']);
  mustBePositive('retry.', resolved.retry, ['maxAttempts']);
  mustBePositive('bulkhead.', resolved.bulkhead, ['maxInFlight']);
  mustBePositive('limits.', limits, Object.keys(limits));
  checkCeilings(limits);
  return resolved;
};

const tlsOf = (tls: ClientOptions['tls']): (() => ClientTls) | undefined =>
  tls === undefined || typeof tls === 'function' ? tls : () => tls;

const wireOf = (wire: string = 'native'): 'native' | 'nest' => {
  if (wire !== 'native' && wire !== 'nest') throw new TypeError(`wire must be native or nest, not ${wire}`);
  return wire;
};

const mustBePositive = (prefix: string, options: object, names: readonly string[]): void => {
  for (const name of names) {
    const value = (options as Record<string, unknown>)[name];
    if (typeof value !== 'number' || !(value > 0)) {
      throw new TypeError(`${prefix}${name} must be a number over 0, not ${String(value)}`);
    }
  }
};

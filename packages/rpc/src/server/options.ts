import { type Clock, systemClock } from '../core/clock.ts';
import type { CallScope } from '../core/context.ts';
import { type Logger, silentLogger } from '../core/logger.ts';
import { type ConnectionLimits, DEFAULT_CONNECTION_LIMITS } from '../net/connection.ts';
import { type Network, systemNetwork } from '../net/network.ts';
import type { ServerTls } from '../net/tls.ts';
import type { GradientLimitOptions } from '../policy/gradient-limit.ts';
import { checkCeilings, DEFAULT_WIRE_LIMITS, type WireLimits } from '../wire/limits.ts';
import type { BuiltinOptions } from './builtin/builtin.ts';
import type { DescribeOptions } from './builtin/describe.ts';
import type { Greeting } from './greeting.ts';

/** What a server takes on, in all and from one peer; each refusal names its limit. */
export interface ServerLimits extends WireLimits, ConnectionLimits {
  /** Connections open at a time. Default 10 000. */
  readonly maxConnections: number;
  /** Calls being handled at a time, all connections together. Default 5 000. */
  readonly maxInFlight: number;
  /** Calls being handled at a time for one connection. Default 1 000. */
  readonly maxInFlightPerConnection: number;
  /** Streams open at a time for one connection. Default 100, as HTTP/2. */
  readonly maxStreamsPerConnection: number;
  /** Milliseconds a new connection has for its greeting. Default 5 000. */
  readonly handshakeTimeoutMs: number;
  /** Milliseconds after which a frame that is not whole must have come at 1 KiB/s or more. Default 10 000. */
  readonly partialFrameMs: number;
  /** Milliseconds without a byte, and without a call in flight, after which a connection is closed. Default 60 000. */
  readonly idleMs: number;
  /** Milliseconds a handler is allowed at most, whatever deadline the caller names. Default 60 000. */
  readonly maxDeadlineMs: number;
}

/** How NestJS's clients are answered. */
export interface NestServerOptions {
  /**
   * `true`: Nest clients are answered with the standard reply `{status: 'ok', data}`. `false`: with the bare value, as
   * by a Nest service. Failures travel as `err` either way. Default true.
   */
  readonly envelope?: boolean;
}

/** What a server is made with; all of it can be left out. */
export interface ServerOptions {
  /** What this process calls itself to its peers and in logs. Default `server`. */
  readonly name?: string;
  /** When given, a connection must bring the same token in its greeting. */
  readonly authToken?: string | undefined;
  /** NestJS's TCP wire on the same port; `false` switches it off. Default on. */
  readonly nest?: NestServerOptions | false;
  readonly limits?: Partial<ServerLimits>;
  /** Refuse the less critical calls while the event loop is late. Default true. */
  readonly shedding?: boolean;
  /** Let a limit that follows latency decide how many calls are handled at a time. Default off. */
  readonly adaptiveLimit?: GradientLimitOptions | boolean;
  /** Answer `_rpc.describe` with contracts, commands and their JSON Schemas. Default true. */
  readonly describe?: boolean | DescribeOptions;
  /** Answer `_rpc.health`, also while draining and when too much is to do. Default true. */
  readonly health?: boolean;
  /** Where lines go; pino fits as it is. Default nowhere. */
  readonly logger?: Logger;
  /** TLS with these settings; `server.reloadTls` changes them. With `requestCert` and `ca`, mutual TLS. */
  readonly tls?: ServerTls;
  /** Where connections come from. Default the operating system; `memoryNetwork()` of `cmdrpc/testing` opens no port. */
  readonly network?: Network;
  /** Default the process's monotonic clock. */
  readonly clock?: Clock;
}

/** Every option with its value. */
export interface ResolvedServerOptions {
  readonly name: string;
  readonly authToken: string | undefined;
  /** Undefined when the Nest wire is switched off. */
  readonly nest: Required<NestServerOptions> | undefined;
  readonly limits: ServerLimits;
  readonly shedding: boolean;
  readonly adaptiveLimit: GradientLimitOptions | undefined;
  readonly builtins: BuiltinOptions;
  readonly logger: Logger;
  readonly tls: ServerTls | undefined;
  readonly network: Network;
  readonly clock: Clock;
}

const DEFAULT_LIMITS: ServerLimits = {
  ...DEFAULT_WIRE_LIMITS,
  ...DEFAULT_CONNECTION_LIMITS,
  maxConnections: 10_000,
  maxInFlight: 5_000,
  maxInFlightPerConnection: 1_000,
  maxStreamsPerConnection: 100,
  handshakeTimeoutMs: 5_000,
  partialFrameMs: 10_000,
  idleMs: 60_000,
  maxDeadlineMs: 60_000,
};

/** The options, and what is only known once the server is put together. */
export interface SessionOptions extends ResolvedServerOptions {
  readonly greeting: Greeting;
  /** Where calls are run from. */
  readonly scope: CallScope;
}

/** @throws {TypeError} a limit that is not a number over 0, naming it; an empty `authToken`. */
export const resolveServerOptions = (options: ServerOptions): ResolvedServerOptions => {
  const limits = { ...DEFAULT_LIMITS, ...options.limits };
  for (const [name, value] of Object.entries(limits)) {
    if (!(value > 0)) throw new TypeError(`limits.${name} must be a number over 0, not ${String(value)}`);
  }
  checkCeilings(limits);
  if (options.authToken === '') throw new TypeError('authToken must not be empty; leave it out to admit everyone');
  return {
    name: options.name ?? 'server',
    authToken: options.authToken,
    nest: options.nest === false ? undefined : { envelope: options.nest?.envelope ?? true },
    limits,
    shedding: options.shedding ?? true,
    adaptiveLimit:
      options.adaptiveLimit === true ? {} : options.adaptiveLimit === false ? undefined : options.adaptiveLimit,
    builtins: {
      describe: options.describe === false ? undefined : typeof options.describe === 'object' ? options.describe : {},
      health: options.health ?? true,
    },
    logger: options.logger ?? silentLogger,
    tls: options.tls,
    network: options.network ?? systemNetwork,
    clock: options.clock ?? systemClock,
  };
};

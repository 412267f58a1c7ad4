import type { Command } from '../contract/command.ts';
import { commandShapes } from '../contract/command-shapes.ts';
import type { Commands, Contract } from '../contract/contract.ts';
import { type Delivery, RpcError, systemError } from '../core/errors.ts';
import { cmdOf, type Pattern } from '../core/pattern.ts';
import { wheelOf } from '../core/timer-wheel.ts';
import { parseTarget } from '../net/address.ts';
import type { BreakerState } from '../policy/breaker-outcome.ts';
import { RetryBudget } from '../policy/retry-budget.ts';
import { PositionalPayloads } from '../wire/native/positional/payloads.ts';
import { Balancer } from './balancer.ts';
import { Channel, type ChannelOptions, type ChannelState } from './channel.ts';
import { ContractCheck, type ContractMatch } from './contract-check.ts';
import type { ClientFilter } from './filters.ts';
import { Invoker } from './invoke.ts';
import type { CallOptions, EmitOptions, Methods, StreamOptions } from './methods.ts';
import { type ClientOptions, resolveClientOptions } from './options.ts';
import type { ClientRoute, OutgoingCall } from './outgoing-call.ts';
import { clientStack } from './stack.ts';
import type { Reading } from './stream.ts';

/** What a client has beside its contract's methods. */
export interface ClientControl {
  /** Adds a filter around every unary call and event, all attempts together; the first added is outermost. */
  use(filter: ClientFilter): void;
  /** `ready` when at least one endpoint is; otherwise the state of the one that is furthest. */
  readonly state: ChannelState;
  stats(): ClientStats;
  /** The policy a command is called under, as it works out from contract and options. */
  explain(cmd: string): CommandPolicy;
  /** Connects, and resolves once an endpoint has greeted. @throws {RpcError} `unavailable` after `timeoutMs`, default 10 000. */
  ready(options?: { readonly timeoutMs?: number }): Promise<void>;
  /** Takes no more calls, waits up to `drainMs` (default 5 000) for those in flight, ends the rest with `client_closed`. */
  close(options?: { readonly drainMs?: number }): Promise<void>;
  /** Calls an untyped pattern; never retried once it may have run. */
  pattern<T = unknown>(pattern: Pattern, data?: unknown, options?: CallOptions): Promise<T>;
  /** Reads the answers of an untyped pattern whose handler gives several. */
  stream<T = unknown>(pattern: Pattern, data?: unknown, options?: StreamOptions): Reading<T>;
  /** Emits to an untyped pattern. */
  emit(pattern: Pattern, data?: unknown, options?: EmitOptions): Promise<void>;
}

/** How a client is doing at this moment. */
export interface ClientStats {
  /** Whether the server greeted last has the same contract, by fingerprint. */
  readonly contract: ContractMatch;
  readonly retryBudget: number;
  readonly endpoints: readonly {
    readonly endpoint: string;
    readonly state: ChannelState;
    readonly inFlight: number;
    readonly breaker: BreakerState | 'off';
  }[];
}

/** What one command is called under, defaults filled in. */
export interface CommandPolicy {
  readonly cmd: string;
  readonly effect: 'read' | 'idempotent' | 'unsafe';
  readonly timeoutMs: number;
  readonly maxAttempts: number;
}

/** A contract as an object: a method for each command, and everything else under `$`. */
export type Client<C extends Commands> = Methods<C> & { readonly $: ClientControl };

/** Untyped patterns remembered with their numbers; beyond it a pattern is announced by name each time. */
const MAX_PATTERNS = 1_000;

const STATE_RANK: readonly ChannelState[] = ['closed', 'idle', 'waiting', 'connecting', 'ready'];

/**
 * Makes a client of a contract: one method per command, and everything else under `$`. Nothing is connected until the
 * first call or `$.ready()`.
 * @throws {TypeError} an option that makes no sense, by name.
 */
export const createClient = <C extends Commands>(contract: Contract<C>, options: ClientOptions): Client<C> => {
  const resolved = resolveClientOptions(options);
  const wheel = wheelOf(resolved.clock);
  const budget = new RetryBudget(resolved.retryBudget, () => resolved.clock.now());
  const stateListeners = new Set<() => void>();
  let closing: Promise<void> | undefined;
  const contracts = new ContractCheck(contract, resolved.logger);
  // One for all endpoints, which may be many.
  const channelOptions: ChannelOptions = {
    ...resolved,
    contracts,
    onDisconnect: () => balancer.onDisconnect(),
    onState: (state, name) => {
      for (const listener of stateListeners) listener();
      resolved.logger.debug({ endpoint: name, state }, 'rpc channel state');
    },
  };
  const balancer = new Balancer({
    ...resolved,
    parts: parseTarget(resolved.target),
    makeChannel: (endpoint) => new Channel(endpoint, channelOptions),
  });
  let closed = false;
  const backingOff = new Set<OutgoingCall>();
  const stack = clientStack(
    resolved,
    wheel,
    budget,
    backingOff,
    () => balancer.channels.length,
    (call, done) => {
      if (closed) done(closedError('unsent'));
      else balancer.send(call, done);
    },
  );
  const invoker = new Invoker(resolved, (call, done) => {
    if (closing === undefined) stack(call, done);
    else done(closedError('unsent'));
  });

  const methods: Record<string, unknown> = Object.create(null);
  const routes = new Map<string, ClientRoute>();
  for (const [cmd, command] of Object.entries<Command>(contract.commands)) {
    const route = routeOf(contract, cmd, command, resolved.timeoutMs);
    routes.set(cmd, route);
    methods[cmd] = methodOf(invoker, route);
  }

  const patterns = new Map<string, ClientRoute>();
  const patternRoute = (pattern: Pattern, kind: 'unary' | 'event' | 'serverStream'): ClientRoute => {
    const cmd = cmdOf(pattern);
    const known = patterns.get(kind + cmd);
    if (known !== undefined) return known;
    const cmdBytes = Buffer.from(cmd);
    if (cmdBytes.length > resolved.wireLimits.maxCmdBytes) {
      throw new TypeError(
        `pattern of ${cmdBytes.length} bytes is over limits.maxCmdBytes ${resolved.wireLimits.maxCmdBytes}`,
      );
    }
    const route: ClientRoute = {
      service: undefined,
      cmd,
      cmdBytes,
      kind,
      effect: 'unsafe',
      timeoutMs: resolved.timeoutMs,
      payloads: undefined,
    };
    if (patterns.size < MAX_PATTERNS) patterns.set(kind + cmd, route);
    return route;
  };

  const bestState = (): ChannelState =>
    STATE_RANK[Math.max(...balancer.channels.map((channel) => STATE_RANK.indexOf(channel.state)))] ?? 'idle';

  const control: ClientControl = {
    use: (filter) => invoker.filters.add(filter),
    get state() {
      return bestState();
    },
    stats: () => ({
      contract: contracts.match,
      retryBudget: budget.balance,
      endpoints: balancer.channels.map((channel) => ({
        endpoint: channel.endpoint,
        state: channel.state,
        inFlight: channel.inFlight,
        breaker: channel.breaker?.state ?? 'off',
      })),
    }),
    explain(cmd) {
      const route = routes.get(cmd);
      if (route === undefined) throw new TypeError(`contract ${contract.name} has no command ${cmd}`);
      return { cmd, effect: route.effect, timeoutMs: route.timeoutMs, maxAttempts: resolved.retry.maxAttempts };
    },
    ready({ timeoutMs = 10_000 } = {}) {
      balancer.connect();
      return new Promise((resolve, reject) => {
        const settle = (): void => {
          stateListeners.delete(look);
          resolved.clock.clearTimer(timer);
        };
        const look = (): void => {
          if (bestState() === 'ready') {
            settle();
            resolve();
          } else if (closing !== undefined) {
            settle();
            reject(closedError('unsent'));
          }
        };
        const timer = resolved.clock.setTimer(() => {
          settle();
          reject(
            systemError('connecting', `no endpoint of ${String(options.target)} was ready within ${timeoutMs} ms`, {
              code: 'unavailable',
              delivery: 'unsent',
            }),
          );
        }, timeoutMs);
        stateListeners.add(look);
        look();
      });
    },
    close({ drainMs = 5_000 } = {}) {
      closing ??= drain(() => invoker.pending, drainMs, resolved).then(() => {
        closed = true;
        balancer.close(closedError);
        for (const call of [...backingOff]) call.holder?.giveUp(call, closedError(call.holder.delivery));
      });
      return closing;
    },
    async pattern<T>(pattern: Pattern, data?: unknown, callOptions?: CallOptions) {
      return (await invoker.call(patternRoute(pattern, 'unary'), data, callOptions)) as T;
    },
    stream: <T>(pattern: Pattern, data?: unknown, streamOptions?: StreamOptions) =>
      invoker.stream<never, T>(patternRoute(pattern, 'serverStream'), data, streamOptions),
    async emit(pattern, data, emitOptions) {
      await invoker.call(patternRoute(pattern, 'event'), data, emitOptions, emitOptions?.ack !== true);
    },
  };
  methods.$ = control;
  // The mapped type cannot be built key by key; each method above was made from its own command.
  return Object.freeze(methods) as Client<C>;
};

const routeOf = (contract: Contract, cmd: string, command: Command, defaultTimeoutMs: number): ClientRoute => {
  return {
    service: contract.name,
    cmd,
    cmdBytes: Buffer.from(cmd),
    kind: command.kind,
    effect: command.effect ?? 'unsafe',
    timeoutMs: command.timeoutMs ?? defaultTimeoutMs,
    payloads: new PositionalPayloads(() => commandShapes(contract, cmd)),
  };
};

const methodOf = (invoker: Invoker, route: ClientRoute): unknown => {
  if (route.kind === 'event') {
    return {
      emit: async (input: unknown, options?: EmitOptions) => {
        await invoker.call(route, input, options, options?.ack !== true);
      },
    };
  }
  if (route.kind === 'serverStream') {
    return (input: unknown, options?: StreamOptions) => invoker.stream(route, input, options);
  }
  if (route.kind === 'bidi') return (options?: StreamOptions) => invoker.stream(route, undefined, options);
  const method = (input: unknown, options?: CallOptions) => invoker.call(route, input, options);
  const safe = (input: unknown, options?: CallOptions) =>
    invoker.call(route, input, options).then(
      (value) => ({ ok: true, value }),
      (error: unknown) => {
        if (RpcError.is(error)) return { ok: false, error };
        throw error;
      },
    );
  return Object.assign(method, { safe });
};

const closedError = (delivery: Delivery): RpcError =>
  systemError('client_closed', 'client is closed', { code: 'cancelled', delivery });

/** Resolves when nothing is in flight, or after `drainMs`. */
const drain = (
  inFlight: () => number,
  drainMs: number,
  { clock }: { readonly clock: ClientOptions['clock'] & object },
): Promise<void> =>
  new Promise((resolve) => {
    const untilMs = clock.now() + drainMs;
    const look = (): void => {
      if (inFlight() === 0 || clock.now() >= untilMs) resolve();
      else clock.setTimer(look, 10);
    };
    look();
  });

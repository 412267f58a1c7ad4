import { acceptOf } from '../contract/accept.ts';
import type { Commands, Contract } from '../contract/contract.ts';
import type { AnySchema, OutputOf } from '../contract/schema.ts';
import { CallScope } from '../core/context.ts';
import { EVENTS } from '../core/events.ts';
import { cmdOf, type Pattern } from '../core/pattern.ts';
import type { BoundAddress, Listener, ListenOptions } from '../net/listener.ts';
import type { ServerTls } from '../net/tls.ts';
import { Admission } from './admission.ts';
import { addBuiltins } from './builtin/builtin.ts';
import { Connections } from './connections.ts';
import type { ServerContext } from './context.ts';
import { Greeting } from './greeting.ts';
import type { Handlers } from './handlers.ts';
import { resolveServerOptions, type ServerOptions } from './options.ts';
import { Overload } from './overload.ts';
import { Router } from './router.ts';
import { type ServerFilter, serverStack } from './stack.ts';

/** What a drain did with the calls it met. */
export interface DrainReport {
  /** Handled to the end and answered. */
  readonly completed: number;
  /** Came too late and were refused as unprocessed; their callers may send them elsewhere. */
  readonly refused: number;
  /** Told to stop when `drainMs` was over. */
  readonly aborted: number;
  /** Of those, still running when their connections were closed. */
  readonly forced: number;
}

type PatternHandler<I, O> = (data: I, ctx: ServerContext) => O | Promise<O>;

/** A server and what it serves: commands are added, then it listens, then it closes. */
export interface Server {
  /** Adds a filter around every handler; the first added is outermost. @throws {TypeError} after `listen`. */
  use(filter: ServerFilter): Server;
  /** Serves a contract: a handler for each command, or it does not compile. */
  implement<C extends Commands>(contract: Contract<C>, handlers: Handlers<C>): Server;
  /** Serves an untyped pattern, with a schema for its data if wanted. */
  on<I = never, O = unknown>(pattern: Pattern, handler: PatternHandler<I, O>): Server;
  on<S extends AnySchema, O = unknown>(pattern: Pattern, input: S, handler: PatternHandler<OutputOf<S>, O>): Server;
  /** Takes connections. @throws the operating system's error, such as `EADDRINUSE`. */
  listen(options: ListenOptions): Promise<BoundAddress>;
  /**
   * Closes without losing an answer: stops accepting, tells every peer, finishes what runs, aborts what takes longer
   * than `drainMs` (default 20 000), and closes. A second call answers with the same report.
   */
  close(options?: { readonly drainMs?: number }): Promise<DrainReport>;
  /** Uses other certificates for connections from now on; open ones go on. @throws {TypeError} a server without TLS. */
  reloadTls(tls: ServerTls): void;
  /** Calls being handled, and connections. */
  stats(): { readonly inFlight: number; readonly connections: number };
}

/** Milliseconds an aborted handler has to notice. */
const ABORT_GRACE_MS = 2_000;
/** Milliseconds for the last answers to leave. */
const FLUSH_GRACE_MS = 1_000;

/** Makes a server; it does nothing until `listen`. @throws {TypeError} an option that makes no sense, by name. */
export const createServer = (options: ServerOptions = {}): Server => {
  const resolved = resolveServerOptions(options);
  const { clock, logger } = resolved;
  const router = new Router();
  const overload = new Overload();
  const admission = new Admission(resolved.limits, overload, resolved.adaptiveLimit, () => clock.now());
  const contracts: Contract[] = [];
  const filters: ServerFilter[] = [];
  let connections: Connections | undefined;
  let listener: Listener | undefined;
  let closing: Promise<DrainReport> | undefined;

  const after = (ms: number): { readonly over: Promise<void>; cancel(): void } => {
    let cancel = (): void => undefined;
    const over = new Promise<void>((resolve) => {
      const timer = clock.setTimer(resolve, ms);
      cancel = () => clock.clearTimer(timer);
    });
    return { over, cancel: () => cancel() };
  };

  const tellDrain = (phase: 'start' | 'end', durationMs?: number): void => {
    if (!EVENTS.drain.hasSubscribers) return;
    EVENTS.drain.publish({ phase, server: resolved.name, inFlight: admission.inFlight, durationMs });
  };

  const drain = async (drainMs: number): Promise<DrainReport> => {
    const startedMs = clock.now();
    tellDrain('start');
    listener?.stop();
    const idle = new Promise<void>((resolve) => admission.drain(resolve));
    connections?.goaway(drainMs);
    const patience = after(drainMs);
    await Promise.race([idle, patience.over]);
    patience.cancel();
    const aborted = admission.inFlight;
    if (aborted > 0) {
      connections?.cancelAll(new Error('server is shutting down'));
      const grace = after(ABORT_GRACE_MS);
      await Promise.race([idle, grace.over]);
      grace.cancel();
    }
    const forced = admission.inFlight;
    // Read before the connections close: a forced handler that ends meanwhile has answered nobody.
    const completed = admission.drained.completed - (aborted - forced);
    overload.stop();
    await connections?.endAll(FLUSH_GRACE_MS);
    const report = { completed, refused: admission.drained.refused, aborted, forced };
    logger.info({ server: resolved.name, ...report }, 'rpc server closed');
    tellDrain('end', clock.now() - startedMs);
    return report;
  };

  const server: Server = {
    use(filter) {
      if (connections !== undefined) throw new TypeError('a filter must be added before listen()');
      filters.push(filter);
      return server;
    },
    implement(contract, handlers) {
      router.implement(contract, handlers as Readonly<Record<string, unknown>>);
      contracts.push(contract);
      return server;
    },
    on(pattern: Pattern, ...rest: readonly unknown[]) {
      const [first, second] = rest;
      const handle = second ?? first;
      if (typeof handle !== 'function') throw new TypeError('server.on needs a handler function');
      const input = second === undefined ? undefined : (first as AnySchema);
      router.add({
        service: undefined,
        cmd: cmdOf(pattern),
        input,
        output: undefined,
        acceptsInput: input === undefined ? undefined : acceptOf(input),
        acceptsOutput: undefined,
        payloads: undefined,
        kind: 'any',
        errors: {},
        typed: false,
        handle: handle as PatternHandler<unknown, unknown>,
      });
      return server;
    },
    async listen(listenOptions) {
      if (connections !== undefined) throw new TypeError('server listens already');
      if (closing !== undefined) throw new TypeError('server is closed');
      addBuiltins(router, {
        name: resolved.name,
        contracts,
        isDraining: () => closing !== undefined,
        options: resolved.builtins,
      });
      const stack = serverStack(router, admission, filters, () => clock.now(), logger);
      connections = new Connections(
        {
          ...resolved,
          greeting: new Greeting(resolved.name, resolved.limits, contracts),
          scope: new CallScope(),
        },
        stack,
      );
      try {
        listener = await resolved.network.listen(
          listenOptions,
          {
            tls: resolved.tls,
            handshakeTimeoutMs: resolved.limits.handshakeTimeoutMs,
            onHandshakeFailed: (error) => logger.info({ err: error }, 'rpc tls handshake failed'),
          },
          connections.accept,
        );
      } catch (error) {
        connections = undefined;
        throw error;
      }
      if (closing !== undefined) {
        listener.stop();
        throw new TypeError('server was closed while it began to listen');
      }
      if (resolved.shedding) overload.start();
      return listener.address;
    },
    close({ drainMs = 20_000 } = {}) {
      closing ??= drain(drainMs);
      return closing;
    },
    reloadTls(tls) {
      if (listener === undefined) throw new TypeError('server does not listen');
      listener.reloadTls(tls);
    },
    stats: () => ({ inFlight: admission.inFlight, connections: connections?.size ?? 0 }),
  };
  return server;
};

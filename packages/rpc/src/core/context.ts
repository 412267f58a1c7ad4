import { AsyncLocalStorage, AsyncResource } from 'node:async_hooks';
import { validTraceparent } from './trace-context.ts';

/** Told once when what it depends on is cancelled. An object and not a function, so that listening allocates nothing. */
export interface CancelListener {
  onCancel(reason: unknown): void;
}

/**
 * Where a cancellation comes from. Not an AbortSignal: one with a listener costs 7 µs, and most calls are never
 * cancelled; a signal is made only for a handler that asks for one.
 */
export interface CancelSource {
  readonly cancelled: boolean;
  readonly cancelReason: unknown;
  addCancelListener(listener: CancelListener): void;
  removeCancelListener(listener: CancelListener): void;
}

/** What nested calls inherit by themselves. An absent field is simply not inherited. */
export interface CallContext {
  /** Instant of the process's monotonic clock by which the outer call must have ended, in milliseconds. */
  readonly deadlineMs: number | undefined;
  readonly correlationId: string | undefined;
  /** W3C Trace Context, forwarded as received. */
  readonly traceparent: string | undefined;
  readonly tracestate: string | undefined;
  readonly cancellation: CancelSource | undefined;
}

const storage = new AsyncLocalStorage<CallContext>();

/** The context of the call being served, or of the enclosing {@link withContext}; undefined outside of both. */
export const currentContext = (): CallContext | undefined => storage.getStore();

/** Runs `fn` in exactly this context. */
export const runInContext = <A, T>(context: CallContext, fn: (argument: A) => T, argument: A): T =>
  storage.run(context, fn, argument);

/**
 * Where calls are run from: in the context its maker had, each with a context of its own added. Returning to a captured
 * context is cheap and making one is not, and `storage.run` makes two (0.46 against 0.05 µs).
 */
export class CallScope {
  readonly #resource = new AsyncResource('cmdrpc.connection');

  run<A, T>(context: CallContext, fn: (argument: A) => T, argument: A): T {
    return this.#resource.runInAsyncScope(enter, undefined, context, fn, argument) as T;
  }
}

const enter = <A, T>(context: CallContext, fn: (argument: A) => T, argument: A): T => {
  storage.enterWith(context);
  return fn(argument);
};

/** Fields for {@link withContext}; one that is absent is inherited from the enclosing context. */
export interface ContextOptions {
  readonly correlationId?: string;
  /** Milliseconds that everything inside may take together. A deadline can only become sooner. */
  readonly timeoutMs?: number;
  /** Aborting it cancels every call inside. */
  readonly signal?: AbortSignal;
  /** W3C Trace Context; one that is malformed is ignored. */
  readonly traceparent?: string;
  /** Only beside a `traceparent`. */
  readonly tracestate?: string;
}

/** Gives every call inside `fn` a correlation id, a shared deadline, a cancel signal or a trace. */
export const withContext = <T>(options: ContextOptions, fn: () => T): T => {
  const outer = storage.getStore();
  const own = options.timeoutMs === undefined ? undefined : performance.now() + options.timeoutMs;
  const inherited = outer?.deadlineMs;
  const traceparent = validTraceparent(options.traceparent);
  return storage.run(
    {
      deadlineMs: own === undefined || inherited === undefined ? (own ?? inherited) : Math.min(own, inherited),
      correlationId: options.correlationId ?? outer?.correlationId,
      traceparent: traceparent ?? outer?.traceparent,
      tracestate: traceparent === undefined ? outer?.tracestate : options.tracestate,
      cancellation: options.signal === undefined ? outer?.cancellation : sourceOf(options.signal, outer?.cancellation),
    },
    fn,
  );
};

/** Runs `fn` outside the caller's deadline and cancellation, keeping its correlation id and trace. */
export const detached = <T>(fn: () => T): T => {
  const outer = storage.getStore();
  return storage.run(
    {
      deadlineMs: undefined,
      correlationId: outer?.correlationId,
      traceparent: outer?.traceparent,
      tracestate: outer?.tracestate,
      cancellation: undefined,
    },
    fn,
  );
};

const sourceOf = (signal: AbortSignal, outer: CancelSource | undefined): CancelSource => {
  const handlers = new Map<CancelListener, () => void>();
  return {
    get cancelled() {
      return signal.aborted || outer?.cancelled === true;
    },
    get cancelReason() {
      return signal.aborted ? signal.reason : outer?.cancelReason;
    },
    addCancelListener(listener) {
      const handler = () => listener.onCancel(signal.reason);
      handlers.set(listener, handler);
      signal.addEventListener('abort', handler, { once: true });
      outer?.addCancelListener(listener);
    },
    removeCancelListener(listener) {
      const handler = handlers.get(listener);
      if (handler !== undefined) signal.removeEventListener('abort', handler);
      handlers.delete(listener);
      outer?.removeCancelListener(listener);
    },
  };
};

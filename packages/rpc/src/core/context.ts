import { AsyncLocalStorage } from 'node:async_hooks';

/** What nested calls inherit by themselves. Every field is optional: an absent one is simply not inherited. */
export interface CallContext {
  /** Instant of the process's monotonic clock by which the outer call must have ended, in milliseconds. */
  readonly deadlineMs?: number | undefined;
  readonly correlationId?: string | undefined;
  /** W3C Trace Context, forwarded as received. */
  readonly traceparent?: string | undefined;
  readonly tracestate?: string | undefined;
  /** Aborted when the outer call is cancelled. A getter that creates it only when read. */
  readonly signal?: AbortSignal | undefined;
  /** Whether reading `signal` is worth it: false while nobody can cancel. */
  readonly cancellable?: boolean | undefined;
}

const storage = new AsyncLocalStorage<CallContext>();

/** The context of the call being served, or of the enclosing {@link withContext}; undefined outside of both. */
export const currentContext = (): CallContext | undefined => storage.getStore();

/** Runs `fn` in exactly this context. */
export const runInContext = <T>(context: CallContext, fn: () => T): T => storage.run(context, fn);

/** Fields for {@link withContext}. */
export interface ContextOptions {
  readonly correlationId?: string;
  /** Milliseconds that everything inside may take together. Default: whatever the enclosing context allows. */
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
  readonly traceparent?: string;
  readonly tracestate?: string;
}

/**
 * Gives every call inside `fn` a correlation id, a shared deadline, a cancel signal or a trace.
 * What is not named is inherited; a deadline can only become sooner.
 */
export const withContext = <T>(options: ContextOptions, fn: () => T): T => {
  const outer = storage.getStore();
  const own = options.timeoutMs === undefined ? undefined : performance.now() + options.timeoutMs;
  const deadlineMs =
    own === undefined ? outer?.deadlineMs : outer?.deadlineMs === undefined ? own : Math.min(own, outer.deadlineMs);
  return storage.run(
    {
      deadlineMs,
      correlationId: options.correlationId ?? outer?.correlationId,
      traceparent: options.traceparent ?? outer?.traceparent,
      tracestate: options.tracestate ?? outer?.tracestate,
      get signal() {
        return options.signal ?? outer?.signal;
      },
      cancellable: options.signal !== undefined || outer?.cancellable === true,
    },
    fn,
  );
};

/** Runs `fn` outside the caller's deadline and cancellation, keeping its correlation id and trace. */
export const detached = <T>(fn: () => T): T => {
  const outer = storage.getStore();
  return storage.run(
    { correlationId: outer?.correlationId, traceparent: outer?.traceparent, tracestate: outer?.tracestate },
    fn,
  );
};

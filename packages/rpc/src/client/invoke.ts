import type { Call, Done } from '../core/call.ts';
import { type CallContext, currentContext } from '../core/context.ts';
import { deadlineFor } from '../core/deadline.ts';
import { type Delivery, RpcError } from '../core/errors.ts';
import { EVENTS } from '../core/events.ts';
import type { CallHeaders } from '../wire/native/header-block.ts';
import { ClientFilters } from './filters.ts';
import type { CallOptions, StreamOptions } from './methods.ts';
import { tellCallEnd, tellCallStart } from './observe.ts';
import type { ResolvedClientOptions } from './options.ts';
import { type ClientRoute, cancelledError, OutgoingCall } from './outgoing-call.ts';
import { ClientStream } from './stream.ts';

const NO_OPTIONS: CallOptions = {};

/** Turns one method call into an {@link OutgoingCall}, with what it inherits, and its end into a promise. */
export class Invoker {
  readonly #options: ResolvedClientOptions;
  readonly #stack: Call<OutgoingCall>;
  readonly filters = new ClientFilters();
  #pending = 0;

  constructor(options: ResolvedClientOptions, stack: Call<OutgoingCall>) {
    this.#options = options;
    this.#stack = stack;
  }

  /** Calls that have not ended, wherever they are: queued, between attempts, written. */
  get pending(): number {
    return this.#pending;
  }

  call(
    route: ClientRoute,
    payload: unknown,
    options: CallOptions = NO_OPTIONS,
    unacknowledged = false,
  ): Promise<unknown> {
    if (this.filters.none) return this.#call(route, payload, options, unacknowledged);
    const kind = route.kind === 'event' ? 'event' : 'unary';
    return this.filters.run({ cmd: route.cmd, kind, input: payload, options }, (call) =>
      this.#call(route, call.input, call.options, unacknowledged),
    );
  }

  #call(route: ClientRoute, payload: unknown, options: CallOptions, unacknowledged: boolean): Promise<unknown> {
    return new Promise((resolve, reject) => {
      this.#begin(route, payload, options, unacknowledged, (error, value) => {
        if (error === undefined) resolve(value);
        else reject(error);
      });
    });
  }

  stream<I, O>(route: ClientRoute, payload: unknown, options: StreamOptions = NO_OPTIONS): ClientStream<I, O> {
    const stream = new ClientStream<I, O>();
    this.#begin(route, payload, options, false, (error) => stream.finish(error), stream);
    return stream;
  }

  #begin(
    route: ClientRoute,
    payload: unknown,
    options: StreamOptions,
    unacknowledged: boolean,
    settle: Done,
    stream?: ClientStream<never, unknown>,
  ): void {
    const context = currentContext();
    const startedMs = this.#options.clock.now();
    const told = EVENTS.clientCall.hasSubscribers ? tellCallStart(route, context, options) : undefined;
    const call = new OutgoingCall(route, payload, {
      headers: headersOf(context, options, told?.carrier),
      waitForReady: options.waitForReady ?? false,
      unacknowledged,
      startedMs,
      stream,
      idleTimeoutMs: options.idleTimeoutMs,
      deadlineMs: deadlineFor(startedMs, options.timeoutMs ?? route.timeoutMs, context?.deadlineMs),
    });
    const done = told === undefined ? settle : tellCallEnd(told, call, this.#options.clock, settle);
    stream?.attach(call);
    const { signal } = options;
    const parent = context?.cancellation;
    if (signal === undefined && parent === undefined) {
      this.#pending += 1;
      this.#stack(call, (error, value) => {
        this.#pending -= 1;
        done(error && this.#explained(error, call), value);
      });
      return;
    }
    if (signal?.aborted || parent?.cancelled) {
      const reason = signal?.aborted ? signal.reason : parent?.cancelReason;
      done(this.#explained(cancelledError(route.cmd, reason, 'unsent'), call));
      return;
    }
    signal?.addEventListener('abort', call);
    parent?.addCancelListener(call);
    this.#pending += 1;
    this.#stack(call, (error, value) => {
      this.#pending -= 1;
      signal?.removeEventListener('abort', call);
      parent?.removeCancelListener(call);
      done(error && this.#explained(error, call), value);
    });
  }

  /** An error this call may write its story into. */
  #ownError(error: RpcError, call: OutgoingCall): RpcError {
    // The last attempt never left, but one before it may have run: for the call as a whole that is `unknown`.
    if (call.mayHaveRun && error.delivery === 'unsent') {
      return copyOf(error, {
        message: `${error.message} (an earlier attempt may have run)`,
        delivery: 'unknown',
        cause: error,
      });
    }
    // One lost connection ends many calls with one error, and the first of them has it already.
    return error.cmd === undefined ? error : copyOf(error, error);
  }

  /** Adds what only the client knows: which call it was, how often and where it was tried, and where the time went. */
  #explained(error: RpcError, call: OutgoingCall): RpcError {
    const told = this.#ownError(error, call);
    const now = this.#options.clock.now();
    told.cmd = call.route.cmd;
    told.endpoint = call.endpoint;
    told.attempts = call.timesSent;
    told.phaseTimings =
      call.sentMs === undefined
        ? { queuedMs: now - call.startedMs, totalMs: now - call.startedMs }
        : { queuedMs: call.sentMs - call.startedMs, awaitingMs: now - call.sentMs, totalMs: now - call.startedMs };
    return told;
  }
}

const copyOf = (
  error: RpcError,
  { message, delivery, cause }: { readonly message: string; readonly delivery: Delivery; readonly cause?: unknown },
): RpcError =>
  new RpcError(message, {
    code: error.code,
    reason: error.reason,
    details: error.details,
    delivery,
    retryAfterMs: error.retryAfterMs,
    errorId: error.errorId,
    cause,
  });

const headersOf = (
  context: CallContext | undefined,
  options: CallOptions,
  carrier: Readonly<Record<string, string>> | undefined,
): CallHeaders | undefined => {
  const correlationId = options.correlationId ?? context?.correlationId;
  const { idempotencyKey, headers: custom } = options;
  const traceparent = context?.traceparent;
  if (carrier !== undefined) {
    const {
      traceparent: own = traceparent,
      tracestate = own === traceparent ? context?.tracestate : undefined,
      ...rest
    } = carrier;
    // What the caller says itself stands.
    return { correlationId, idempotencyKey, custom: { ...rest, ...custom }, traceparent: own, tracestate };
  }
  if (
    correlationId === undefined &&
    idempotencyKey === undefined &&
    custom === undefined &&
    traceparent === undefined
  ) {
    return undefined;
  }
  return { correlationId, idempotencyKey, custom, traceparent, tracestate: context?.tracestate };
};

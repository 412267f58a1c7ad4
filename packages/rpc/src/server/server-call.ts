import { randomUUID } from 'node:crypto';
import type { Clock } from '../core/clock.ts';
import type { CallScope, CancelListener, CancelSource } from '../core/context.ts';
import type { RpcError } from '../core/errors.ts';
import type { Logger } from '../core/logger.ts';
import { traceIdOf, validTraceparent } from '../core/trace-context.ts';
import type { CallHeaders } from '../wire/native/header-block.ts';
import type { Peer, ServerContext } from './context.ts';
import type { Route } from './router.ts';
import type { ServerStream } from './server-stream.ts';

/** The connection a call came in on, whichever wire it speaks. */
export interface Session {
  readonly peer: Peer;
  /** Where its calls are run from. */
  readonly scope: CallScope;
  /** Calls of this connection being handled. */
  readonly inFlight: number;
  /** Streams among them. */
  readonly streams: number;
  /** The call's payload. @throws {ProtocolError} when it cannot be read. */
  decode(call: ServerCall): unknown;
  /** Takes the call into the table in which a cancellation finds it. */
  begin(call: ServerCall): void;
  /**
   * Present where callers take as many answers as come, without having asked for a stream: opens the way for them.
   * Undefined for a call nobody waits for. @throws {RpcError} too many are open.
   */
  openReplies?(call: ServerCall): Replies | undefined;
  /** Answers with a value, once. */
  respond(call: ServerCall, value: unknown): void;
  /** Answers with an error, once. */
  refuse(call: ServerCall, error: RpcError): void;
}

/** Where the answers of one call go, one by one. */
export interface Replies {
  /** Sends each value at the pace of the reader. @throws what the iterable throws; the cancellation's reason. */
  pump(values: AsyncIterable<unknown>): Promise<void>;
}

const NO_HEADERS: Readonly<Record<string, string>> = Object.freeze({});

/** One call being served: what the wire delivered, and the context its handler sees. One object for both. */
export class ServerCall implements ServerContext, CancelSource {
  readonly session: Session;
  readonly cmd: string;
  readonly callId: number;
  /** False for an event nobody waits for. */
  readonly answered: boolean;
  readonly deadlineMs: number | undefined;
  readonly startedMs: number;
  /** Set by the router, before anything reads it. */
  route: Route | undefined;
  /** Where the undecoded payload lies; only valid until the frame's callback returns. */
  readonly body: {
    readonly buffer: Buffer;
    readonly start: number;
    readonly end: number;
    readonly json: boolean;
    readonly positional: boolean;
  };
  input: unknown;
  /** Present for a call that answers with, or takes, several messages. */
  stream: ServerStream | undefined;
  /** Present once a handler has turned out to give several answers, on a wire that takes them unasked. */
  replies: Replies | undefined;
  readonly #headers: CallHeaders | undefined;
  readonly #logger: Logger;
  readonly #clock: Clock;
  /** The context a filter passed on in place of this one. */
  changed: ServerContext | undefined;
  /** Why the answer that was sent, or should have been, is an error; set by the session. */
  failure: RpcError | undefined;
  /** Runs the handler in a context of a listener's; see `ServerCallEvent`. */
  around: (<T>(run: () => T) => T) | undefined;
  #childLogger: Logger | undefined;
  #correlationId: string | undefined;
  #controller: AbortController | undefined;
  #listeners: Set<CancelListener> | undefined;
  /** Its session has it in a table. */
  begun = false;
  cancelled = false;
  /** The caller has cancelled, and no answer is owed to it. */
  abandoned = false;
  cancelReason: unknown;

  constructor(
    session: Session,
    facts: {
      readonly cmd: string;
      readonly callId: number;
      readonly answered: boolean;
      readonly startedMs: number;
      readonly deadlineMs: number | undefined;
      readonly headers: CallHeaders | undefined;
      readonly body: ServerCall['body'];
    },
    logger: Logger,
    clock: Clock,
  ) {
    this.session = session;
    this.cmd = facts.cmd;
    this.callId = facts.callId;
    this.answered = facts.answered;
    this.startedMs = facts.startedMs;
    this.deadlineMs = facts.deadlineMs;
    this.body = facts.body;
    this.#headers = facts.headers;
    this.#logger = logger;
    this.#clock = clock;
  }

  get peer(): Peer {
    return this.session.peer;
  }

  get attempt(): number {
    const attempt = Number(this.#headers?.attempt ?? 1);
    return Number.isInteger(attempt) && attempt > 0 ? attempt : 1;
  }

  get correlationId(): string {
    this.#correlationId ??= this.#headers?.correlationId ?? randomUUID();
    return this.#correlationId;
  }

  get traceparent(): string | undefined {
    return validTraceparent(this.#headers?.traceparent);
  }

  get tracestate(): string | undefined {
    return this.traceparent === undefined ? undefined : this.#headers?.tracestate;
  }

  get idempotencyKey(): string | undefined {
    return this.#headers?.idempotencyKey;
  }

  get headers(): Readonly<Record<string, string>> {
    return this.#headers?.custom ?? NO_HEADERS;
  }

  get errors(): Route['errors'] {
    return this.route?.errors ?? {};
  }

  get cancellation(): CancelSource {
    return this;
  }

  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController();
      if (this.cancelled) this.#controller.abort(this.cancelReason);
    }
    return this.#controller.signal;
  }

  get logger(): Logger {
    this.#childLogger ??= this.#logger.child?.(this.#logFields()) ?? this.#logger;
    return this.#childLogger;
  }

  #logFields(): object {
    const { correlationId, cmd, traceparent } = this;
    return traceparent === undefined ? { correlationId, cmd } : { correlationId, cmd, traceId: traceIdOf(traceparent) };
  }

  remainingMs(): number {
    return this.deadlineMs === undefined ? Number.POSITIVE_INFINITY : Math.max(0, this.deadlineMs - this.#clock.now());
  }

  addCancelListener(listener: CancelListener): void {
    this.#listeners ??= new Set();
    this.#listeners.add(listener);
  }

  removeCancelListener(listener: CancelListener): void {
    this.#listeners?.delete(listener);
  }

  /** Tells the handler and every nested call that nobody waits any more. Once. */
  cancel(reason: unknown): void {
    if (this.cancelled) return;
    this.cancelled = true;
    this.cancelReason = reason;
    this.#controller?.abort(reason);
    const listeners = this.#listeners;
    if (listeners === undefined) return;
    // A copy: a listener that ends its call takes itself out of the set.
    for (const listener of [...listeners]) listener.onCancel(reason);
  }
}

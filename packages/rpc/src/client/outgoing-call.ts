import type { Effect } from '../contract/command.ts';
import type { Done } from '../core/call.ts';
import type { SystemReason } from '../core/codes.ts';
import type { CancelListener } from '../core/context.ts';
import { type Delivery, messageOf, type RpcError, systemError } from '../core/errors.ts';
import type { Expirable } from '../core/timer-wheel.ts';
import type { CallHeaders } from '../wire/native/header-block.ts';
import type { PositionalPayloads } from '../wire/native/positional/payloads.ts';

/** What is the same for every call of one command; made once. */
export interface ClientRoute {
  /** Name of the contract; undefined for an untyped pattern. */
  readonly service: string | undefined;
  /** Canonical name, see `cmdOf`. */
  readonly cmd: string;
  /** The same in UTF-8, as it is announced on a connection. */
  readonly cmdBytes: Buffer;
  readonly kind: 'unary' | 'event' | 'serverStream' | 'bidi';
  readonly effect: Effect;
  readonly timeoutMs: number;
  /** How its payloads are laid out where both sides have the contract; undefined for an untyped pattern. */
  readonly payloads: PositionalPayloads | undefined;
}

/** What a stream needs of the connection that carries it. */
export interface StreamPort {
  /** Writes one message; answers what it takes of the window. @throws {RpcError} one that cannot be sent. */
  sendData(callId: number, value: unknown): number;
  sendEnd(callId: number): void;
  sendCredit(callId: number, bytes: number): void;
}

/** What a connection needs of a stream it carries. */
export interface StreamEnd {
  /** Bytes the reader has not taken yet. */
  readonly heldBytes: number;
  onOpen(port: StreamPort, callId: number): void;
  onMessage(value: unknown, cost: number): void;
  onCredit(bytes: number): void;
}

/** Whoever has the call at the moment and can let go of it. */
export interface Holder {
  /** How far the call got, should it end here. */
  readonly delivery: Delivery;
  /** Where it was waiting, for the error. */
  readonly phase: SystemReason;
  /** Forgets the call and ends it with this error. */
  giveUp(call: OutgoingCall, error: RpcError): void;
}

/**
 * One logical call on its way, all attempts together. It is its own entry in the deadline wheel and its own listener
 * for cancellation, so that neither costs an allocation.
 */
export class OutgoingCall implements Expirable, CancelListener {
  readonly route: ClientRoute;
  readonly payload: unknown;
  readonly headers: CallHeaders | undefined;
  readonly waitForReady: boolean;
  /** An event whose sender does not wait to hear that it was handled. */
  readonly unacknowledged: boolean;
  readonly startedMs: number;
  /** Deadline of the whole call. */
  expiresAt: number;
  attempt = 1;
  /** An earlier attempt may have reached a handler, so no later one can make the call `unsent`. */
  mayHaveRun = false;
  /** Messages have passed that another attempt could not repeat. */
  committed = false;
  /** Present for a stream. */
  readonly stream: StreamEnd | undefined;
  /** Milliseconds a stream may be silent both ways. */
  readonly idleTimeoutMs: number;
  /** Puts a stream's deadline off by that much; set by the deadline filter. */
  touch: (() => void) | undefined;
  /** Attempts written to a connection. */
  timesSent = 0;
  /** When it last could be written: at its start, or when what it waited for let it go. Saves reading the clock again. */
  readyMs: number;
  /** When the current attempt was written; undefined while it is not. */
  sentMs: number | undefined;
  endpoint: string | undefined;
  holder: Holder | undefined;
  /** Where the last attempt went, by identity; another one goes elsewhere if there is an elsewhere. */
  channel: object | undefined;

  /** Number on the connection that carries the current attempt. */
  callId = 0;
  /** Ends the current attempt; set by whoever holds it. */
  done: Done = unset;

  wheelPrevious: Expirable | undefined = undefined;
  wheelNext: Expirable | undefined = undefined;
  wheelBucket = -1;

  constructor(
    route: ClientRoute,
    payload: unknown,
    facts: {
      readonly headers: CallHeaders | undefined;
      readonly waitForReady: boolean;
      readonly unacknowledged: boolean;
      readonly startedMs: number;
      readonly deadlineMs: number;
      readonly stream?: StreamEnd | undefined;
      readonly idleTimeoutMs?: number | undefined;
    },
  ) {
    this.route = route;
    this.payload = payload;
    this.headers = facts.headers;
    this.waitForReady = facts.waitForReady;
    this.unacknowledged = facts.unacknowledged;
    this.startedMs = facts.startedMs;
    this.readyMs = facts.startedMs;
    this.expiresAt = facts.deadlineMs;
    this.stream = facts.stream;
    this.idleTimeoutMs = facts.idleTimeoutMs ?? 60_000;
    this.touch = undefined;
  }

  get effect(): Effect {
    return this.route.effect;
  }

  /** Called by the deadline wheel. */
  onExpire(): void {
    const { holder } = this;
    if (holder === undefined) return;
    if (this.stream !== undefined && this.stream.heldBytes > 0) {
      // The silence is our own reader's, who has messages to take; the peer may not send.
      this.touch?.();
      return;
    }
    const budgetMs = Math.round(this.expiresAt - this.startedMs);
    holder.giveUp(
      this,
      systemError(
        holder.phase,
        `${this.route.cmd} took longer than its ${budgetMs} ms (${PHASE_TEXT[holder.phase] ?? holder.phase})`,
        {
          code: 'deadline_exceeded',
          delivery: holder.delivery,
        },
      ),
    );
  }

  onCancel(reason: unknown): void {
    this.holder?.giveUp(this, cancelledError(this.route.cmd, reason, this.holder.delivery));
  }

  /** Listener interface of an AbortSignal, so that no closure is needed. */
  handleEvent(event: Event): void {
    this.onCancel((event.target as AbortSignal).reason);
  }
}

export const cancelledError = (cmd: string, reason: unknown, delivery: Delivery): RpcError =>
  systemError('caller_aborted', `${cmd} was cancelled by its caller: ${messageOf(reason)}`, {
    code: 'cancelled',
    delivery,
    cause: reason,
  });

const PHASE_TEXT: { readonly [phase in SystemReason]?: string } = {
  no_answer: 'no answer came',
  queued: 'waiting for a free place',
  connecting: 'waiting for a connection',
};

const unset: Done = () => {
  throw new Error('call ended before it was begun');
};

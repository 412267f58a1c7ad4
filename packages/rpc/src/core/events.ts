import { channel } from 'node:diagnostics_channel';
import type { RpcError } from './errors.ts';

/**
 * One call, published twice as the same object, so that a subscriber can key a WeakMap by it: when it begins and when
 * it ends. Fields that are not known yet are undefined.
 */
export interface CallEvent {
  phase: 'start' | 'end';
  /** Name of the contract; undefined for an untyped pattern and for a command nobody implements. */
  readonly service: string | undefined;
  /** The command as it is named on the wire. What a peer sends stands here as it is, so it is no metric label without a check of `known`. */
  readonly cmd: string;
  readonly kind: 'unary' | 'event' | 'serverStream' | 'bidi' | 'any';
  readonly correlationId: string | undefined;
  /** At `end`: milliseconds since `start`. */
  durationMs: number | undefined;
  /** At `end`: why it failed; undefined for success. */
  error: RpcError | undefined;
}

/** `cmdrpc:client.call`: one call as its caller sees it, all attempts together. */
export interface ClientCallEvent extends CallEvent {
  /** At `end`: `host:port` of the last endpoint tried. */
  endpoint: string | undefined;
  /** At `end`: attempts made. */
  attempts: number;
  /** Trace context inherited from the call being served or from `withContext`. */
  readonly traceparent: string | undefined;
  readonly tracestate: string | undefined;
  /** Empty at `start`. What a subscriber puts here travels with the call; `traceparent` and `tracestate` replace the inherited ones. */
  readonly carrier: Record<string, string>;
}

/** `cmdrpc:client.attempt`: one attempt of a call, published twice as the same object. */
export interface ClientAttemptEvent extends CallEvent {
  /** From 1. */
  readonly attempt: number;
  /** At `end`: `host:port` that was tried. */
  endpoint: string | undefined;
  /** The call's own event, if anybody heard it begin. */
  readonly call: ClientCallEvent | undefined;
}

/** `cmdrpc:server.call`: one call as its server sees it, refused ones included. */
export interface ServerCallEvent extends CallEvent {
  /** False for a command without a handler. */
  readonly known: boolean;
  /** `address:port` of the caller. */
  readonly peer: string;
  /** The caller's attempt, from 1. */
  readonly attempt: number;
  /** Headers of the call by lower-case name, `traceparent` and `tracestate` among them. */
  readonly headers: Readonly<Record<string, string>>;
  /** A subscriber to `start` may set it: it is given the handler to run, and runs it in a context of its own. */
  around: (<T>(run: () => T) => T) | undefined;
}

/** `cmdrpc:connection`: an endpoint of a client or a connection of a server changed its state. */
export interface ConnectionEvent {
  readonly side: 'client' | 'server';
  /** Unique in the process and the same for all events of one endpoint or one connection. */
  readonly id: number;
  /** `host:port` of the other side. */
  readonly peer: string;
  /** Client: `idle`, `connecting`, `ready`, `waiting` (for the next attempt to connect), `closed`. Server: `ready`, `closed`. */
  readonly state: string;
  /** The state before; undefined for a connection just accepted. */
  readonly previous: string | undefined;
  /** What ended it, when something went wrong. */
  readonly error: Error | undefined;
}

/** `cmdrpc:breaker`: a circuit breaker changed its state. */
export interface BreakerEvent {
  readonly endpoint: string;
  readonly state: 'closed' | 'open' | 'half-open';
}

/** `cmdrpc:drain`: a server begins to close, and has closed. */
export interface DrainEvent {
  readonly phase: 'start' | 'end';
  readonly server: string;
  /** Calls being handled at that moment. */
  readonly inFlight: number;
  /** At `end`: milliseconds since `start`. */
  readonly durationMs: number | undefined;
}

/** `cmdrpc:retry`: a failed attempt could be repeated. */
export interface RetryEvent {
  readonly service: string | undefined;
  readonly cmd: string;
  /** `scheduled`: another attempt follows. `budget_exhausted`: allowed, but there were too many. `deadline`: it would begin too late. */
  readonly outcome: 'scheduled' | 'budget_exhausted' | 'deadline';
  /** The attempt that failed, from 1. */
  readonly attempt: number;
  readonly delayMs: number;
  readonly error: RpcError;
}

/** `cmdrpc:shed`: a call was refused because there was too much to do, or no time left to do it. */
export interface ShedEvent {
  readonly side: 'client' | 'server';
  readonly cmd: string;
  /** The reason its error has: `overloaded`, `draining`, `dead_on_arrival`, `client_queue_full`. */
  readonly reason: string;
}

/** `cmdrpc:queue`: a call began to wait in its client's bulkhead, or left it. */
export interface QueueEvent {
  /** 1 when one came, -1 when one left. */
  readonly change: 1 | -1;
}

/** `cmdrpc:contract`: a peer's contract of the same name has another fingerprint. */
export interface ContractEvent {
  readonly contract: string;
  readonly peer: string;
  readonly own: string;
  readonly theirs: string;
}

/** A diagnostics channel that says what it carries. */
export interface EventChannel<T> {
  readonly hasSubscribers: boolean;
  publish(event: T): void;
  subscribe(listener: (event: T) => void): void;
  unsubscribe(listener: (event: T) => void): void;
}

// Node's channels are untyped: a name has one publisher, so the type is true.
const typed = <T>(name: string): EventChannel<T> => channel(name) as unknown as EventChannel<T>;

/**
 * Everything the library tells of itself, on `node:diagnostics_channel`. The only seam: tracing and metrics subscribe
 * here, and nothing else knows of them. A publisher asks `hasSubscribers` first and builds nothing when there is none.
 * @see docs/observability.md
 */
export const EVENTS = {
  clientCall: typed<ClientCallEvent>('cmdrpc:client.call'),
  clientAttempt: typed<ClientAttemptEvent>('cmdrpc:client.attempt'),
  serverCall: typed<ServerCallEvent>('cmdrpc:server.call'),
  connection: typed<ConnectionEvent>('cmdrpc:connection'),
  breaker: typed<BreakerEvent>('cmdrpc:breaker'),
  drain: typed<DrainEvent>('cmdrpc:drain'),
  retry: typed<RetryEvent>('cmdrpc:retry'),
  shed: typed<ShedEvent>('cmdrpc:shed'),
  queue: typed<QueueEvent>('cmdrpc:queue'),
  contract: typed<ContractEvent>('cmdrpc:contract'),
} as const;

let lastConnectionId = 0;

/** The next {@link ConnectionEvent.id}. */
export const nextConnectionId = (): number => {
  lastConnectionId += 1;
  return lastConnectionId;
};

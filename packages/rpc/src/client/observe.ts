import type { Done, Filter } from '../core/call.ts';
import type { Clock } from '../core/clock.ts';
import type { CallContext } from '../core/context.ts';
import { type ClientAttemptEvent, type ClientCallEvent, EVENTS } from '../core/events.ts';
import type { CallOptions } from './methods.ts';
import type { ClientRoute, OutgoingCall } from './outgoing-call.ts';

/** Calls whose start somebody heard, so that their attempts can name them. */
const begun = new WeakMap<OutgoingCall, ClientCallEvent>();

/** Tells that a call begins. Made only when somebody listens; what comes back must be {@link tellCallEnd}ed. */
export const tellCallStart = (
  route: ClientRoute,
  context: CallContext | undefined,
  options: CallOptions,
): ClientCallEvent => {
  const event: ClientCallEvent = {
    phase: 'start',
    service: route.service,
    cmd: route.cmd,
    kind: route.kind,
    correlationId: options.correlationId ?? context?.correlationId,
    traceparent: context?.traceparent,
    tracestate: context?.tracestate,
    carrier: {},
    durationMs: undefined,
    error: undefined,
    endpoint: undefined,
    attempts: 0,
  };
  EVENTS.clientCall.publish(event);
  return event;
};

/** `done`, and before it the end of the call for whoever listens. */
export const tellCallEnd = (event: ClientCallEvent, call: OutgoingCall, clock: Clock, done: Done): Done => {
  begun.set(call, event);
  return (error, value) => {
    event.phase = 'end';
    event.durationMs = clock.now() - call.startedMs;
    event.error = error;
    event.endpoint = call.endpoint;
    event.attempts = call.timesSent;
    EVENTS.clientCall.publish(event);
    done(error, value);
  };
};

/** A copy that another endpoint is asked with belongs to the same call. */
export const tellSameCall = (copy: OutgoingCall, call: OutgoingCall): void => {
  const event = begun.get(call);
  if (event !== undefined) begun.set(copy, event);
};

/** Tells of each attempt, when somebody listens. */
export const observedAttempts =
  (clock: Clock): Filter<OutgoingCall> =>
  (next) =>
  (call, done) => {
    if (!EVENTS.clientAttempt.hasSubscribers) {
      next(call, done);
      return;
    }
    const startedMs = clock.now();
    const event: ClientAttemptEvent = {
      phase: 'start',
      service: call.route.service,
      cmd: call.route.cmd,
      kind: call.route.kind,
      correlationId: call.headers?.correlationId,
      durationMs: undefined,
      error: undefined,
      attempt: call.attempt,
      endpoint: undefined,
      call: begun.get(call),
    };
    EVENTS.clientAttempt.publish(event);
    next(call, (error, value) => {
      event.phase = 'end';
      event.durationMs = clock.now() - startedMs;
      event.error = error;
      event.endpoint = call.endpoint;
      EVENTS.clientAttempt.publish(event);
      done(error, value);
    });
  };

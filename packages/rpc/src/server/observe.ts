import type { Filter } from '../core/call.ts';
import { CODES } from '../core/codes.ts';
import { type RpcError, systemError } from '../core/errors.ts';
import { EVENTS, type ServerCallEvent } from '../core/events.ts';
import { type Logger, silentLogger } from '../core/logger.ts';
import { traceIdOf } from '../core/trace-context.ts';
import type { Router } from './router.ts';
import type { ServerCall } from './server-call.ts';

/** Tells of every call, refused ones included, to whoever listens, and writes the one log line it gets. */
export const observed =
  (router: Router, now: () => number, logger: Logger): Filter<ServerCall> =>
  (next) =>
  (call, done) => {
    const event = EVENTS.serverCall.hasSubscribers ? tellStart(call, router) : undefined;
    if (event === undefined && logger === silentLogger) {
      next(call, done);
      return;
    }
    call.around = event?.around;
    next(call, (error, value) => {
      // First, since an answer that cannot be sent becomes another outcome.
      done(error, value);
      const failure = call.failure ?? error ?? (call.cancelled ? nobodyWaits(call) : undefined);
      const durationMs = now() - call.startedMs;
      if (event !== undefined) {
        event.phase = 'end';
        event.durationMs = durationMs;
        event.error = failure;
        EVENTS.serverCall.publish(event);
      }
      log(logger, call, durationMs, failure);
    });
  };

const tellStart = (call: ServerCall, router: Router): ServerCallEvent => {
  const route = router.get(call.cmd);
  const event: ServerCallEvent = {
    phase: 'start',
    service: route?.service,
    cmd: call.cmd,
    kind: route?.kind ?? 'any',
    known: route !== undefined,
    correlationId: call.correlationId,
    peer: call.peer.address,
    attempt: call.attempt,
    headers: headersOf(call),
    durationMs: undefined,
    error: undefined,
    around: undefined,
  };
  EVENTS.serverCall.publish(event);
  return event;
};

const headersOf = (call: ServerCall): Readonly<Record<string, string>> => {
  const { traceparent, tracestate, headers } = call;
  if (traceparent === undefined) return headers;
  return tracestate === undefined ? { ...headers, traceparent } : { ...headers, traceparent, tracestate };
};

/** The handler came to its end, but after its caller had left. */
const nobodyWaits = (call: ServerCall): RpcError =>
  systemError('caller_aborted', `${call.cmd} was cancelled by its caller`, {
    code: 'cancelled',
    cause: call.cancelReason,
  });

const log = (logger: Logger, call: ServerCall, durationMs: number, failure: RpcError | undefined): void => {
  const level = failure === undefined ? 'debug' : CODES[failure.code].level;
  if (logger === silentLogger || logger.isLevelEnabled?.(level) === false) return;
  const { traceparent } = call;
  logger[level](
    {
      cmd: call.cmd,
      peer: call.peer.address,
      correlationId: call.correlationId,
      traceId: traceparent === undefined ? undefined : traceIdOf(traceparent),
      attempt: call.attempt,
      durationMs: Math.round(durationMs * 1_000) / 1_000,
      code: failure?.code,
      reason: failure?.reason,
      errorId: failure?.errorId,
    },
    failure === undefined ? 'rpc call finished' : 'rpc call failed',
  );
};

import {
  type Context,
  context,
  propagation,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
  type TextMapSetter,
  type Tracer,
  trace,
} from '@opentelemetry/api';
import type { Code } from '../core/codes.ts';
import type { CallEvent, ClientAttemptEvent, ClientCallEvent, ServerCallEvent } from '../core/events.ts';
import { addressAttributes, callAttributes, methodOf, outcomeAttributes } from './attributes.ts';

/** Characters of one propagated header, so that a large baggage is left behind instead of failing the call by `limits.maxHeaderBytes`. */
const MAX_HEADER_LENGTH = 4_096;

const setter: TextMapSetter<Record<string, string>> = {
  set(carrier, key, value) {
    if (value.length <= MAX_HEADER_LENGTH) carrier[key.toLowerCase()] = value;
  },
};

/** Codes that are the server's own fault; the others are its answer. Those of gRPC's server spans. */
const SERVER_FAULTS: ReadonlySet<Code> = new Set<Code>([
  'unknown',
  'deadline_exceeded',
  'unimplemented',
  'internal',
  'unavailable',
  'data_loss',
]);

/** A CLIENT span for every call and a SERVER span for every served one, joined over the wire by the propagators. */
export class Spans {
  readonly #tracer: Tracer;
  readonly #open = new WeakMap<CallEvent, Span>();

  constructor(tracer: Tracer) {
    this.#tracer = tracer;
  }

  readonly onClientCall = (event: ClientCallEvent): void => {
    if (event.phase === 'end') {
      this.#end(event, true, addressAttributes('server', event.endpoint));
      return;
    }
    const parent = this.#parentOf(event);
    const method = methodOf(event, true);
    const span = this.#tracer.startSpan(method, { kind: SpanKind.CLIENT, attributes: callAttributes(method) }, parent);
    this.#open.set(event, span);
    propagation.inject(trace.setSpan(parent, span), event.carrier, setter);
  };

  readonly onClientAttempt = (event: ClientAttemptEvent): void => {
    if (event.phase === 'start' || event.call === undefined) return;
    this.#open.get(event.call)?.addEvent('attempt', {
      'cmdrpc.attempt': event.attempt,
      ...addressAttributes('server', event.endpoint),
      ...outcomeAttributes(event),
    });
  };

  readonly onServerCall = (event: ServerCallEvent): void => {
    if (event.phase === 'end') {
      this.#end(event, event.error !== undefined && SERVER_FAULTS.has(event.error.code), {});
      return;
    }
    const parent = propagation.extract(ROOT_CONTEXT, event.headers);
    const method = methodOf(event, event.known);
    const attributes = { ...callAttributes(method), ...addressAttributes('network.peer', event.peer) };
    if (!event.known) attributes['rpc.method_original'] = event.cmd;
    const span = this.#tracer.startSpan(method, { kind: SpanKind.SERVER, attributes }, parent);
    this.#open.set(event, span);
    const inner = trace.setSpan(parent, span);
    const { around } = event;
    event.around = (run) => context.with(inner, around === undefined ? run : () => around(run));
  };

  /** The active span; without one, the trace the call inherits from the library's own context. */
  #parentOf({ traceparent, tracestate }: ClientCallEvent): Context {
    const active = context.active();
    if (traceparent === undefined || trace.getSpanContext(active) !== undefined) return active;
    return propagation.extract(active, tracestate === undefined ? { traceparent } : { traceparent, tracestate });
  }

  #end(event: CallEvent, failureIsError: boolean, attributes: ReturnType<typeof addressAttributes>): void {
    const span = this.#open.get(event);
    if (span === undefined) return;
    this.#open.delete(event);
    span.setAttributes({ ...attributes, ...outcomeAttributes(event) });
    const { error } = event;
    // The reason and not the message, which may speak of the payload.
    if (error !== undefined && failureIsError) {
      span.setStatus({ code: SpanStatusCode.ERROR, message: error.reason });
    }
    span.end();
  }
}

import { type MeterProvider, metrics, type TracerProvider, trace } from '@opentelemetry/api';
import { EVENTS } from '../core/events.ts';
import { Durations } from './durations.ts';
import { Spans } from './spans.ts';

/** Providers other than the global ones. */
export interface InstrumentOptions {
  /** Default the global one. */
  readonly tracerProvider?: TracerProvider;
  /** Default the global one. */
  readonly meterProvider?: MeterProvider;
}

const SCOPE = 'cmdrpc';

/**
 * Makes OpenTelemetry spans and metrics of every client and server in this process, by the RPC semantic conventions:
 * a CLIENT span a call with an event an attempt, a SERVER span that continues the caller's trace and is active in the
 * handler, `rpc.client.call.duration` and `rpc.server.call.duration`. Trace context and baggage travel by the global
 * propagators. Call it once, after the SDK has started.
 * @returns what ends it.
 */
export const instrument = (options: InstrumentOptions = {}): (() => void) => {
  const spans = new Spans((options.tracerProvider ?? trace).getTracer(SCOPE));
  const durations = new Durations((options.meterProvider ?? metrics).getMeter(SCOPE));
  const { clientCall, clientAttempt, serverCall } = EVENTS;
  clientCall.subscribe(spans.onClientCall);
  clientCall.subscribe(durations.onClientCall);
  clientAttempt.subscribe(spans.onClientAttempt);
  serverCall.subscribe(spans.onServerCall);
  serverCall.subscribe(durations.onServerCall);
  return () => {
    clientCall.unsubscribe(spans.onClientCall);
    clientCall.unsubscribe(durations.onClientCall);
    clientAttempt.unsubscribe(spans.onClientAttempt);
    serverCall.unsubscribe(spans.onServerCall);
    serverCall.unsubscribe(durations.onServerCall);
  };
};

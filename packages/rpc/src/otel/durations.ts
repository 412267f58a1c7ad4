import type { Histogram, Meter } from '@opentelemetry/api';
import type { ClientCallEvent, ServerCallEvent } from '../core/events.ts';
import { addressAttributes, callAttributes, methodOf, outcomeAttributes } from './attributes.ts';

/** Bucket bounds in seconds that the RPC conventions ask for. */
const BOUNDARIES_S = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10];

/** The two histograms of the RPC conventions, in seconds. */
export class Durations {
  readonly #client: Histogram;
  readonly #server: Histogram;

  constructor(meter: Meter) {
    const options = { unit: 's', advice: { explicitBucketBoundaries: BOUNDARIES_S } };
    this.#client = meter.createHistogram('rpc.client.call.duration', {
      ...options,
      description: 'Duration of outgoing calls, all attempts together.',
    });
    this.#server = meter.createHistogram('rpc.server.call.duration', {
      ...options,
      description: 'Duration of incoming calls.',
    });
  }

  readonly onClientCall = (event: ClientCallEvent): void => {
    if (event.phase === 'start') return;
    // An untyped pattern of the caller's is any string, so it is no label.
    this.#client.record((event.durationMs ?? 0) / 1_000, {
      ...callAttributes(methodOf(event, false)),
      ...outcomeAttributes(event),
      ...addressAttributes('server', event.endpoint),
    });
  };

  readonly onServerCall = (event: ServerCallEvent): void => {
    if (event.phase === 'start') return;
    this.#server.record((event.durationMs ?? 0) / 1_000, {
      ...callAttributes(methodOf(event, event.known)),
      ...outcomeAttributes(event),
    });
  };
}

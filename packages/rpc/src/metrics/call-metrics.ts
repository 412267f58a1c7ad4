import { Counter, Gauge, Histogram } from 'prom-client';
import type { ClientAttemptEvent, ClientCallEvent, ServerCallEvent } from '../core/events.ts';
import { methodLabels } from './labels.ts';
import { type Naming, named, removeAll } from './naming.ts';

const NAMES = ['call_duration_seconds', 'inflight', 'attempts_total', 'validation_failures_total'] as const;

/** Which side's mistake a contract violation is. */
const DIRECTION: Readonly<Record<string, string>> = { input_schema: 'input', output_schema: 'output' };

/** What is counted of calls, on both sides. */
export class CallMetrics {
  readonly #naming: Naming;
  readonly #duration: Histogram<'side' | 'service' | 'method' | 'code'>;
  readonly #inFlight: Gauge<'side' | 'service' | 'method'>;
  readonly #attempts: Counter<'service' | 'method' | 'code'>;
  readonly #invalid: Counter<'service' | 'method' | 'direction'>;

  constructor(naming: Naming, bucketsSeconds: readonly number[]) {
    this.#naming = naming;
    this.#duration = new Histogram({
      ...named(naming, NAMES[0], 'Duration of calls, all attempts together, by outcome.', [
        'side',
        'service',
        'method',
        'code',
      ]),
      buckets: [...bucketsSeconds],
    });
    this.#inFlight = new Gauge(
      named(naming, NAMES[1], 'Calls that have begun and not ended.', ['side', 'service', 'method']),
    );
    this.#attempts = new Counter(named(naming, NAMES[2], 'Attempts of clients.', ['service', 'method', 'code']));
    this.#invalid = new Counter(
      named(naming, NAMES[3], 'Calls refused or failed at the server because data did not fit the contract.', [
        'service',
        'method',
        'direction',
      ]),
    );
  }

  readonly onClientCall = (event: ClientCallEvent): void => this.#onCall('client', event, false);

  readonly onServerCall = (event: ServerCallEvent): void => {
    this.#onCall('server', event, event.known);
    const direction = event.phase === 'end' ? DIRECTION[event.error?.reason ?? ''] : undefined;
    if (direction !== undefined) this.#invalid.inc({ ...methodLabels(event, event.known), direction });
  };

  readonly onClientAttempt = (event: ClientAttemptEvent): void => {
    if (event.phase === 'start') return;
    this.#attempts.inc({ ...methodLabels(event, false), code: event.error?.code ?? 'ok' });
  };

  remove(): void {
    removeAll(this.#naming, NAMES);
  }

  #onCall(side: 'client' | 'server', event: ClientCallEvent | ServerCallEvent, known: boolean): void {
    const labels = { side, ...methodLabels(event, known) };
    if (event.phase === 'start') {
      this.#inFlight.inc(labels);
      return;
    }
    this.#inFlight.dec(labels);
    this.#duration.observe({ ...labels, code: event.error?.code ?? 'ok' }, (event.durationMs ?? 0) / 1_000);
  }
}

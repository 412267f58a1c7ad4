import { Counter, Gauge, Histogram } from 'prom-client';
import type { BreakerEvent, ConnectionEvent, DrainEvent, QueueEvent, RetryEvent, ShedEvent } from '../core/events.ts';
import { methodLabels } from './labels.ts';
import { type Naming, named, removeAll } from './naming.ts';

const NAMES = [
  'retries_total',
  'retry_budget_balance',
  'breaker_state',
  'breaker_transitions_total',
  'queue_depth',
  'shed_total',
  'drain_seconds',
] as const;

/** The part of a client that a scrape looks at. */
export interface WatchedClient {
  readonly $: { stats(): { readonly retryBudget: number } };
}

const STATE_VALUE: Readonly<Record<BreakerEvent['state'], number>> = { closed: 0, 'half-open': 1, open: 2 };

/** What is counted of the policies around calls. */
export class PolicyMetrics {
  readonly #naming: Naming;
  readonly #watched = new Map<string, WatchedClient>();
  readonly #retries: Counter<'service' | 'method' | 'outcome'>;
  readonly #breakerState: Gauge<'endpoint'>;
  readonly #breakerTransitions: Counter<'endpoint' | 'state'>;
  readonly #queueDepth: Gauge<never>;
  readonly #shed: Counter<'side' | 'reason'>;
  readonly #drain: Histogram<never>;

  constructor(naming: Naming) {
    this.#naming = naming;
    const watched = this.#watched;
    this.#retries = new Counter(
      named(naming, NAMES[0], 'Failed attempts that could be repeated, by what came of it.', [
        'service',
        'method',
        'outcome',
      ]),
    );
    new Gauge({
      ...named(naming, NAMES[1], 'Retries that a watched client may make now.', ['client']),
      collect() {
        this.reset();
        for (const [client, { $ }] of watched) this.set({ client }, $.stats().retryBudget);
      },
    });
    this.#breakerState = new Gauge(
      named(naming, NAMES[2], 'Circuit breaker by endpoint: 0 closed, 1 half-open, 2 open.', ['endpoint']),
    );
    this.#breakerTransitions = new Counter(
      named(naming, NAMES[3], 'Changes of a circuit breaker, by the state it went to.', ['endpoint', 'state']),
    );
    this.#queueDepth = new Gauge(named(naming, NAMES[4], 'Calls that wait in bulkheads.', []));
    this.#shed = new Counter(
      named(naming, NAMES[5], 'Calls refused because there was too much to do or no time left.', ['side', 'reason']),
    );
    this.#drain = new Histogram({
      ...named(naming, NAMES[6], 'Time servers took to close.', []),
      buckets: [0.1, 0.5, 1, 2.5, 5, 10, 20, 30],
    });
  }

  readonly onRetry = (event: RetryEvent): void =>
    this.#retries.inc({ ...methodLabels(event, false), outcome: event.outcome });

  readonly onBreaker = ({ endpoint, state }: BreakerEvent): void => {
    this.#breakerState.set({ endpoint }, STATE_VALUE[state]);
    this.#breakerTransitions.inc({ endpoint, state });
  };

  /** An endpoint that is gone leaves no series behind: names that come and go by DNS would add up. */
  readonly onConnection = ({ side, state, peer }: ConnectionEvent): void => {
    if (side !== 'client' || state !== 'closed') return;
    this.#breakerState.remove({ endpoint: peer });
    for (const to of Object.keys(STATE_VALUE)) this.#breakerTransitions.remove({ endpoint: peer, state: to });
  };

  readonly onQueue = ({ change }: QueueEvent): void => this.#queueDepth.inc(change);

  readonly onShed = ({ side, reason }: ShedEvent): void => this.#shed.inc({ side, reason });

  readonly onDrain = ({ durationMs }: DrainEvent): void => {
    if (durationMs !== undefined) this.#drain.observe(durationMs / 1_000);
  };

  watch(name: string, client: WatchedClient): () => void {
    this.#watched.set(name, client);
    return () => {
      if (this.#watched.get(name) === client) this.#watched.delete(name);
    };
  }

  remove(): void {
    this.#watched.clear();
    removeAll(this.#naming, NAMES);
  }
}

import { Counter, Gauge } from 'prom-client';
import type { ConnectionEvent } from '../core/events.ts';
import { type Naming, named, removeAll } from './naming.ts';

const NAMES = ['connections', 'reconnects_total', 'protocol_errors_total'] as const;

/** What is counted of connections: a client's endpoints and a server's callers. */
export class ConnectionMetrics {
  readonly #naming: Naming;
  readonly #connections: Gauge<'side' | 'state'>;
  readonly #reconnects: Counter<never>;
  readonly #protocolErrors: Counter<'side'>;
  /** The state each is counted under; one whose beginning nobody heard is counted from its next change on. */
  readonly #counted = new Map<number, string>();

  constructor(naming: Naming) {
    this.#naming = naming;
    this.#connections = new Gauge(
      named(naming, NAMES[0], "A client's endpoints and a server's connections, by state.", ['side', 'state']),
    );
    this.#reconnects = new Counter(
      named(naming, NAMES[1], 'Attempts to connect again, after a loss or a failed attempt.', []),
    );
    this.#protocolErrors = new Counter(
      named(naming, NAMES[2], 'Connections closed because of bytes that no honest peer sends.', ['side']),
    );
  }

  readonly onConnection = (event: ConnectionEvent): void => {
    const { side, id, state, previous, error } = event;
    const counted = this.#counted.get(id);
    if (counted !== undefined) this.#connections.dec({ side, state: counted });
    if (state === 'closed') this.#counted.delete(id);
    else {
      this.#counted.set(id, state);
      this.#connections.inc({ side, state });
    }
    if (state === 'connecting' && previous !== 'idle') this.#reconnects.inc();
    if (isProtocolError(error)) this.#protocolErrors.inc({ side });
  };

  remove(): void {
    removeAll(this.#naming, NAMES);
  }
}

/** By name: the class belongs to the wire. A client's is the cause of the error its calls get. */
const isProtocolError = (error: Error | undefined): boolean =>
  error?.name === 'ProtocolError' || (error?.cause instanceof Error && error.cause.name === 'ProtocolError');

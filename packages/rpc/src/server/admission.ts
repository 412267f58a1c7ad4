import { type RpcError, systemError } from '../core/errors.ts';
import type { ServerLimits } from './options.ts';
import type { ServerCall } from './server-call.ts';

/** Milliseconds a refused caller is asked to wait. Short: a full server is usually full for moments. */
const RETRY_AFTER_MS = 100;

/** Counts the calls being handled and refuses those that are too many, or too late because the server is closing. */
export class Admission {
  readonly #limits: ServerLimits;
  #inFlight = 0;
  #draining = false;
  #refusedWhileDraining = 0;
  #completedWhileDraining = 0;
  #whenIdle: (() => void) | undefined;

  constructor(limits: ServerLimits) {
    this.#limits = limits;
  }

  get inFlight(): number {
    return this.#inFlight;
  }

  get drained(): { readonly completed: number; readonly refused: number } {
    return { completed: this.#completedWhileDraining, refused: this.#refusedWhileDraining };
  }

  /** Refuses every further call. `onIdle` runs when the last one handled has ended; at once when there is none. */
  drain(onIdle: () => void): void {
    this.#draining = true;
    this.#whenIdle = onIdle;
    if (this.#inFlight === 0) onIdle();
  }

  /** Why the call is refused; undefined when it is let in and must {@link leave}. */
  enter(call: ServerCall): RpcError | undefined {
    if (this.#draining) {
      this.#refusedWhileDraining += 1;
      return systemError('draining', 'server is closing', { code: 'unavailable', delivery: 'unsent', retryAfterMs: 0 });
    }
    const { maxInFlight, maxInFlightPerConnection, maxStreamsPerConnection } = this.#limits;
    if (this.#inFlight >= maxInFlight) return overloaded('maxInFlight', maxInFlight);
    if (call.session.inFlight >= maxInFlightPerConnection) {
      return overloaded('maxInFlightPerConnection', maxInFlightPerConnection);
    }
    if (call.stream !== undefined && call.session.streams >= maxStreamsPerConnection) {
      return overloaded('maxStreamsPerConnection', maxStreamsPerConnection);
    }
    this.#inFlight += 1;
    call.session.begin(call);
    return undefined;
  }

  leave(): void {
    this.#inFlight -= 1;
    if (!this.#draining) return;
    this.#completedWhileDraining += 1;
    if (this.#inFlight === 0) this.#whenIdle?.();
  }
}

const overloaded = (option: string, limit: number): RpcError =>
  systemError('overloaded', `server handles ${limit} calls already, its limits.${option}`, {
    code: 'resource_exhausted',
    delivery: 'unsent',
    retryAfterMs: RETRY_AFTER_MS,
  });

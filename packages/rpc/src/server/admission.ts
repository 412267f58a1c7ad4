import { type RpcError, systemError } from '../core/errors.ts';
import { GradientLimit, type GradientLimitOptions } from '../policy/gradient-limit.ts';
import type { ServerLimits } from './options.ts';
import type { Overload } from './overload.ts';
import type { ServerCall } from './server-call.ts';

/** Milliseconds a refused caller is asked to wait. Short: a full server is usually full for moments. */
const RETRY_AFTER_MS = 100;

/** The same when the event loop is late: it takes a window to see that it has caught up. */
const LATE_RETRY_AFTER_MS = 1_000;

/** Counts the calls being handled and refuses those that are too many, or too late because the server is closing. */
export class Admission {
  readonly #limits: ServerLimits;
  readonly #overload: Overload;
  readonly #adaptive: GradientLimit | undefined;
  readonly #now: () => number;
  #inFlight = 0;
  #draining = false;
  #refusedWhileDraining = 0;
  #completedWhileDraining = 0;
  #whenIdle: (() => void) | undefined;

  constructor(limits: ServerLimits, overload: Overload, adaptive: GradientLimitOptions | undefined, now: () => number) {
    this.#now = now;
    this.#limits = limits;
    this.#overload = overload;
    this.#adaptive = adaptive === undefined ? undefined : new GradientLimit(adaptive);
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
    if (this.#inFlight >= maxInFlight) return overloaded('limits.maxInFlight', maxInFlight);
    if (this.#overload.active && this.#overload.refuses(call.headers.criticality)) {
      return systemError('overloaded', 'server is behind: its event loop is late', {
        code: 'resource_exhausted',
        delivery: 'unsent',
        retryAfterMs: LATE_RETRY_AFTER_MS,
      });
    }
    const adaptive = this.#adaptive?.limit;
    if (adaptive !== undefined && this.#inFlight >= adaptive) return overloaded('adaptiveLimit', adaptive);
    if (call.session.inFlight >= maxInFlightPerConnection) {
      return overloaded('limits.maxInFlightPerConnection', maxInFlightPerConnection);
    }
    if (call.stream !== undefined && call.session.streams >= maxStreamsPerConnection) {
      return overloaded('limits.maxStreamsPerConnection', maxStreamsPerConnection);
    }
    this.#inFlight += 1;
    call.session.begin(call);
    return undefined;
  }

  leave({ startedMs }: ServerCall): void {
    // The clock is read only where somebody wants to know.
    this.#adaptive?.observe(this.#now() - startedMs, this.#inFlight);
    this.#inFlight -= 1;
    if (!this.#draining) return;
    this.#completedWhileDraining += 1;
    if (this.#inFlight === 0) this.#whenIdle?.();
  }
}

const overloaded = (option: string, limit: number): RpcError =>
  systemError('overloaded', `server handles ${limit} calls already, its ${option}`, {
    code: 'resource_exhausted',
    delivery: 'unsent',
    retryAfterMs: RETRY_AFTER_MS,
  });

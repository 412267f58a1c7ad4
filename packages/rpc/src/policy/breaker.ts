import type { Clock } from '../core/clock.ts';
import type { BreakerOptions } from './breaker-options.ts';
import { type BreakerOutcome, type BreakerState, FIRST, type Ticket } from './breaker-outcome.ts';
import { type BreakerOwner, Circuit } from './circuit.ts';
import { SuccessCount } from './success-count.ts';

/**
 * The breaker of one endpoint. Its {@link Circuit} is made with the first failure, from the successes before: an endpoint
 * that never failed needs none, and one each would be more than all else that an idle connection holds.
 */
export class Breaker {
  readonly #options: Required<BreakerOptions>;
  readonly #clock: Pick<Clock, 'now'>;
  readonly #owner: BreakerOwner;
  /** Successes before the first failure. */
  readonly #successes: SuccessCount;
  #circuit: Circuit | undefined;
  #isShut = false;

  constructor(options: Required<BreakerOptions>, clock: Pick<Clock, 'now'>, owner: BreakerOwner) {
    this.#options = options;
    this.#clock = clock;
    this.#owner = owner;
    this.#successes = new SuccessCount(options.windowMs, clock.now());
  }

  get state(): BreakerState {
    return this.#circuit?.state ?? 'closed';
  }

  /** Whether {@link tryAcquire} would give a ticket now. */
  get admits(): boolean {
    return this.#circuit?.admits ?? true;
  }

  /** `REFUSED` while open, and while half-open and another probe is out. */
  tryAcquire(): Ticket {
    return this.#circuit === undefined ? FIRST : this.#circuit.tryAcquire();
  }

  /** @param nowMs the instant of the outcome, when the caller has read the clock already. */
  settle(ticket: Ticket, outcome: BreakerOutcome, nowMs = this.#clock.now()): void {
    // A failure that comes after the end would make a circuit that nobody shuts down.
    if (this.#isShut) return;
    if (this.#circuit === undefined) {
      if (outcome === 'neutral') return;
      if (outcome === 'ok') {
        this.#successes.add(nowMs);
        return;
      }
      this.#circuit = new Circuit(this.#options, this.#clock, this.#owner, this.#successes.within(nowMs), nowMs);
    }
    this.#circuit.settle(ticket, outcome, nowMs);
  }

  /**
   * A new connection speaks for the endpoint. It disproves a circuit that opened only because there was none, and lets
   * a probe through any other now instead of later. A relapse then counts as the first: kept, the doubling of an outage
   * that is over would shut out a peer that is back for up to `maxResetMs`.
   */
  encourage(): void {
    this.#circuit?.encourage();
  }

  /** What is still out settles nothing afterwards. */
  shutdown(): void {
    this.#isShut = true;
    this.#circuit?.shutdown();
  }
}

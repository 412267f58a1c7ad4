import { EventEmitter } from 'node:events';
import CircuitBreaker from 'opossum';
import type { Clock } from '../core/clock.ts';
import type { BreakerOptions } from './breaker-options.ts';
import { type BreakerOutcome, type BreakerState, FIRST, REFUSED, type Ticket } from './breaker-outcome.ts';

/** The part of opossum's statistics that its declarations leave out. `fires` alone is the denominator of its rate. */
interface Counting {
  increment(property: 'fires'): void;
}

const NEVER_BY_ITSELF_MS = 2 ** 31 - 1;
const BUCKETS = 10;

/** One error for all: opossum counts it and nobody reads it. */
const OUTCOME = new Error('attempt failed');

/** Who hears of a circuit that opens and closes. */
export interface BreakerOwner {
  onBreakerState(state: BreakerState): void;
}

/**
 * An opossum breaker that never runs a call. Each attempt takes a ticket and settles it when its outcome is known;
 * only then is opossum told. Wrapping calls in `fire()` instead opens on one failure, lets a filtered error or a
 * success from before the opening close a half-open circuit, counts local refusals, dilutes the rate by calls in
 * flight, and wedges on a probe that hangs.
 * @see docs/adr/0003-breaker-by-ticket.md
 */
export class Circuit {
  readonly #options: Required<BreakerOptions>;
  readonly #clock: Pick<Clock, 'now'>;
  readonly #owner: BreakerOwner;
  readonly #opossum: CircuitBreaker<[Error], never>;
  /** Turns opossum's window, which would otherwise keep an interval per endpoint and a clock of its own. */
  readonly #rotator = new EventEmitter();
  #rotateAtMs: number;
  /** Grows with each change of state, so that tickets of an earlier one are known as stale. */
  #generation = FIRST;
  #consecutive = 0;
  #openUntilMs = 0;
  #openForMs: number;
  #halfOpen = false;
  #probeExpiresMs = 0;
  #probing = false;
  #probeSuccesses = 0;
  /** A failure since the last success was more than a connection that could not be made. */
  #reached = false;

  /** @param successes in the window that ends now. */
  constructor(
    options: Required<BreakerOptions>,
    clock: Pick<Clock, 'now'>,
    owner: BreakerOwner,
    successes: number,
    nowMs: number,
  ) {
    this.#options = options;
    this.#clock = clock;
    this.#owner = owner;
    this.#openForMs = options.resetMs;
    this.#rotateAtMs = nowMs + options.windowMs / BUCKETS;
    const counting = {
      rollingCountTimeout: options.windowMs,
      rollingCountBuckets: BUCKETS,
      rotateBucketController: this.#rotator,
      // On, each failure sorts every latency of the window: 15 ms at 100 000.
      rollingPercentilesEnabled: false,
      enableSnapshots: false,
    };
    this.#opossum = new CircuitBreaker((error: Error) => Promise.reject(error), {
      ...counting,
      // All of them in the newest bucket, so that they are remembered for up to a window too long.
      status: CircuitBreaker.newStatus({
        ...counting,
        // What is left out is 0, whatever the declaration says.
        stats: { fires: successes } as CircuitBreaker.Stats,
      }),
      timeout: false,
      volumeThreshold: options.volumeThreshold,
      errorThresholdPercentage: options.errorThresholdPercentage,
      // When to probe is decided here, by the injected clock and the doubling.
      resetTimeout: NEVER_BY_ITSELF_MS,
    });
    this.#opossum.on('open', () => this.#onOpen());
    this.#opossum.on('close', () => this.#onClose());
  }

  get state(): BreakerState {
    if (!this.#opossum.opened) return 'closed';
    return this.#halfOpen || this.#clock.now() >= this.#openUntilMs ? 'half-open' : 'open';
  }

  get admits(): boolean {
    if (!this.#opossum.opened) return true;
    const now = this.#clock.now();
    if (!this.#halfOpen) return now >= this.#openUntilMs;
    return !this.#probing || now >= this.#probeExpiresMs;
  }

  tryAcquire(): Ticket {
    if (!this.#opossum.opened) return this.#generation;
    const now = this.#clock.now();
    if (!this.#halfOpen) {
      if (now < this.#openUntilMs) return REFUSED;
      this.#enterHalfOpen();
    }
    if (this.#probing && now < this.#probeExpiresMs) return REFUSED;
    // A probe that outlived its lease is forgotten: its late outcome is stale.
    if (this.#probing) this.#generation += 1;
    this.#probing = true;
    this.#probeExpiresMs = now + this.#options.probeLeaseMs;
    return this.#generation;
  }

  settle(ticket: Ticket, outcome: BreakerOutcome, nowMs: number): void {
    if (ticket !== this.#generation) return;
    if (outcome === 'neutral') {
      this.#probing = false;
      return;
    }
    if (outcome === 'fail') this.#reached = true;
    if (this.#opossum.opened) {
      this.#settleProbe(outcome);
      return;
    }
    if (nowMs >= this.#rotateAtMs) this.#turnWindow(nowMs);
    if (outcome === 'ok') {
      this.#consecutive = 0;
      this.#reached = false;
      (this.#opossum.status as unknown as Counting).increment('fires');
      return;
    }
    this.#consecutive += 1;
    // The rejection is opossum handing back the very error it was given.
    this.#opossum.fire(OUTCOME).catch(() => undefined);
    if (!this.#opossum.opened && this.#consecutive >= this.#options.consecutiveFailures) this.#opossum.open();
  }

  encourage(): void {
    if (!this.#opossum.opened) return;
    this.#openForMs = this.#options.resetMs;
    if (!this.#reached) this.#opossum.close();
    else if (!this.#halfOpen) this.#enterHalfOpen();
  }

  /** Lets go of opossum's listeners. */
  shutdown(): void {
    this.#opossum.shutdown();
  }

  #onOpen(): void {
    this.#generation += 1;
    this.#openUntilMs = this.#clock.now() + this.#openForMs;
    this.#openForMs = Math.min(this.#openForMs * 2, this.#options.maxResetMs);
    this.#halfOpen = false;
    this.#probing = false;
    this.#owner.onBreakerState('open');
  }

  #onClose(): void {
    this.#generation += 1;
    this.#consecutive = 0;
    this.#halfOpen = false;
    this.#probing = false;
    this.#openForMs = this.#options.resetMs;
    this.#reached = false;
    // The failures that opened it are settled; kept, they would open it again with the first one after.
    this.#rotate(BUCKETS);
    this.#owner.onBreakerState('closed');
  }

  #turnWindow(nowMs: number): void {
    const bucketMs = this.#options.windowMs / BUCKETS;
    this.#rotate(Math.min(BUCKETS, 1 + Math.floor((nowMs - this.#rotateAtMs) / bucketMs)));
    this.#rotateAtMs = nowMs + bucketMs;
  }

  #rotate(buckets: number): void {
    for (let turned = 0; turned < buckets; turned += 1) this.#rotator.emit('rotate');
  }

  #enterHalfOpen(): void {
    this.#halfOpen = true;
    this.#owner.onBreakerState('half-open');
    this.#probing = false;
    this.#probeSuccesses = 0;
    this.#generation += 1;
  }

  #settleProbe(outcome: 'ok' | 'fail' | 'unreachable'): void {
    this.#probing = false;
    if (outcome !== 'ok') {
      // opossum ignores `open()` while open, so it does not say this itself.
      this.#onOpen();
      return;
    }
    this.#probeSuccesses += 1;
    if (this.#probeSuccesses >= this.#options.probesToClose) this.#opossum.close();
  }
}

import { EventEmitter } from 'node:events';
import CircuitBreaker from 'opossum';
import { CODES } from '../core/codes.ts';
import type { RpcError } from '../core/errors.ts';
import { SuccessCount } from './success-count.ts';

/** When the circuit of one endpoint opens, and how it closes again. */
export interface BreakerOptions {
  /** `false` switches the breaker off. Default true. */
  readonly enabled?: boolean;
  /** Percent of failures in the window above which the breaker opens. Default 50. */
  readonly errorThresholdPercentage?: number;
  /** Outcomes the window must hold before the percentage counts. Default 20. */
  readonly volumeThreshold?: number;
  /** Length of the window in milliseconds, ten buckets. Default 10 000. */
  readonly windowMs?: number;
  /** Failures in a row that open it whatever the window says. Default 5, as Finagle. */
  readonly consecutiveFailures?: number;
  /** Milliseconds it stays open the first time; doubles on each relapse. Default 5 000. */
  readonly resetMs?: number;
  /** Where the doubling ends. Default 60 000. */
  readonly maxResetMs?: number;
  /** Successful probes that close it again. Default 3. */
  readonly probesToClose?: number;
  /** Milliseconds after which a probe that never ended gives up its place. Default 5 000. */
  readonly probeLeaseMs?: number;
}

export const DEFAULT_BREAKER: Required<BreakerOptions> = {
  enabled: true,
  errorThresholdPercentage: 50,
  volumeThreshold: 20,
  windowMs: 10_000,
  consecutiveFailures: 5,
  resetMs: 5_000,
  maxResetMs: 60_000,
  probesToClose: 3,
  probeLeaseMs: 5_000,
};

/** `neutral` says nothing about the endpoint: a caller's cancellation, a local refusal, a shed request. */
export type BreakerOutcome = 'ok' | 'fail' | 'unreachable' | 'neutral';

/** Permission for one attempt, to be settled once. A number, so that it costs nothing. */
export type Ticket = number;
export const REFUSED: Ticket = -1;

export type BreakerState = 'closed' | 'open' | 'half-open';

/**
 * What an attempt's end says about the endpoint: by the code table, and nothing when no handler ran, whether this side
 * refused to send or the peer to take. Only a connection that could not be made is a failure all the same.
 */
export const breakerOutcome = (error: RpcError | undefined): BreakerOutcome => {
  if (error === undefined) return 'ok';
  if (error.reason === 'connect_failed') return 'unreachable';
  if (error.delivery === 'unsent') return 'neutral';
  if (CODES[error.code].trips) return 'fail';
  return error.code === 'cancelled' || error.code === 'resource_exhausted' ? 'neutral' : 'ok';
};

/** The part of opossum's statistics that its declarations leave out. `fires` alone is the denominator of its rate. */
interface Counting {
  increment(property: 'fires'): void;
}

type Opossum = CircuitBreaker<[Error], never>;

const NEVER_BY_ITSELF_MS = 2 ** 31 - 1;
const BUCKETS = 10;

/**
 * An opossum breaker that never runs a call. Each attempt takes a ticket and settles it when its outcome is known;
 * only then is opossum told. Wrapping calls in `fire()` instead opens on one failure, lets a filtered error or a
 * success from before the opening close a half-open circuit, counts local refusals, dilutes the rate by calls in
 * flight, and wedges on a probe that hangs. It is made with the first failure, from the successes before: an endpoint
 * that never failed needs none, and opossum's window would be two thirds of what an idle connection holds.
 * @see docs/adr/0003-breaker-by-ticket.md
 */
export class Breaker {
  readonly #options: Required<BreakerOptions>;
  readonly #now: () => number;
  readonly #onState: (state: BreakerState) => void;
  /** Successes before the first failure. */
  readonly #successes: SuccessCount;
  #opossum: Opossum | undefined;
  /** Turns opossum's window, which would otherwise keep an interval per endpoint and a clock of its own. */
  #rotator: EventEmitter | undefined;
  #rotateAtMs = Number.POSITIVE_INFINITY;
  /** Grows with each change of state, so that tickets of an earlier one are known as stale. */
  #generation = 0;
  #consecutive = 0;
  #openUntilMs = 0;
  #openForMs: number;
  #halfOpen = false;
  #probeExpiresMs = 0;
  #probing = false;
  #probeSuccesses = 0;
  /** A failure since the last success was more than a connection that could not be made. */
  #reached = false;

  constructor(options: Required<BreakerOptions>, now: () => number, onState: (state: BreakerState) => void) {
    this.#options = options;
    this.#onState = onState;
    this.#now = now;
    this.#openForMs = options.resetMs;
    this.#successes = new SuccessCount(options.windowMs, now());
  }

  get state(): BreakerState {
    if (!this.#opened) return 'closed';
    return this.#halfOpen || this.#now() >= this.#openUntilMs ? 'half-open' : 'open';
  }

  /** Whether {@link tryAcquire} would give a ticket now. */
  get admits(): boolean {
    if (!this.#opened) return true;
    const now = this.#now();
    if (!this.#halfOpen) return now >= this.#openUntilMs;
    return !this.#probing || now >= this.#probeExpiresMs;
  }

  /** {@link REFUSED} while open, and while half-open and another probe is out. */
  tryAcquire(): Ticket {
    if (!this.#opened) return this.#generation;
    const now = this.#now();
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

  /** @param now the instant of the outcome, when the caller has read the clock already. */
  settle(ticket: Ticket, outcome: BreakerOutcome, now = this.#now()): void {
    if (ticket !== this.#generation) return;
    if (outcome === 'neutral') {
      this.#probing = false;
      return;
    }
    if (outcome === 'fail') this.#reached = true;
    if (this.#opened) {
      this.#settleProbe(outcome);
      return;
    }
    if (now >= this.#rotateAtMs) this.#turnWindow(now);
    if (outcome === 'ok') {
      this.#consecutive = 0;
      this.#reached = false;
      if (this.#opossum === undefined) this.#successes.add(now);
      else (this.#opossum.status as unknown as Counting).increment('fires');
      return;
    }
    this.#consecutive += 1;
    this.#opossum ??= this.#make(now);
    // The rejection is opossum handing back the very error it was given.
    this.#opossum.fire(OUTCOME).catch(() => undefined);
    if (!this.#opened && this.#consecutive >= this.#options.consecutiveFailures) this.#opossum.open();
  }

  /**
   * A new connection speaks for the endpoint. It disproves a circuit that opened only because there was none, and lets
   * a probe through any other now instead of later. A relapse then counts as the first: kept, the doubling of an outage
   * that is over would shut out a peer that is back for up to `maxResetMs`.
   */
  encourage(): void {
    if (this.#opossum?.opened !== true) return;
    this.#openForMs = this.#options.resetMs;
    if (!this.#reached) this.#opossum.close();
    else if (!this.#halfOpen) this.#enterHalfOpen();
  }

  /** Lets go of opossum's listeners; no ticket is to be had afterwards, and what is still out settles nothing. */
  shutdown(): void {
    // A failure that comes later would make an opossum that nobody shuts down.
    this.#generation += 1;
    this.#opossum?.shutdown();
  }

  get #opened(): boolean {
    return this.#opossum?.opened === true;
  }

  #make(now: number): Opossum {
    const options = this.#options;
    const rotator = new EventEmitter();
    const counting = {
      rollingCountTimeout: options.windowMs,
      rollingCountBuckets: BUCKETS,
      rotateBucketController: rotator,
      // On, each failure sorts every latency of the window: 15 ms at 100 000.
      rollingPercentilesEnabled: false,
      enableSnapshots: false,
    };
    const opossum: Opossum = new CircuitBreaker((error: Error) => Promise.reject(error), {
      ...counting,
      // All of them in the newest bucket, so that they are remembered for up to a window too long.
      status: CircuitBreaker.newStatus({
        ...counting,
        // What is left out is 0, whatever the declaration says.
        stats: { fires: this.#successes.within(now) } as CircuitBreaker.Stats,
      }),
      timeout: false,
      volumeThreshold: options.volumeThreshold,
      errorThresholdPercentage: options.errorThresholdPercentage,
      // When to probe is decided here, by the injected clock and the doubling.
      resetTimeout: NEVER_BY_ITSELF_MS,
    });
    opossum.on('open', () => {
      this.#generation += 1;
      this.#openUntilMs = this.#now() + this.#openForMs;
      this.#openForMs = Math.min(this.#openForMs * 2, options.maxResetMs);
      this.#halfOpen = false;
      this.#probing = false;
      this.#onState('open');
    });
    opossum.on('close', () => {
      this.#generation += 1;
      this.#consecutive = 0;
      this.#halfOpen = false;
      this.#probing = false;
      this.#openForMs = options.resetMs;
      this.#reached = false;
      // The failures that opened it are settled; kept, they would open it again with the first one after.
      this.#rotate(BUCKETS);
      this.#onState('closed');
    });
    this.#rotator = rotator;
    this.#rotateAtMs = now + options.windowMs / BUCKETS;
    return opossum;
  }

  #turnWindow(now: number): void {
    const bucketMs = this.#options.windowMs / BUCKETS;
    this.#rotate(Math.min(BUCKETS, 1 + Math.floor((now - this.#rotateAtMs) / bucketMs)));
    this.#rotateAtMs = now + bucketMs;
  }

  #rotate(buckets: number): void {
    for (let turned = 0; turned < buckets; turned += 1) this.#rotator?.emit('rotate');
  }

  #enterHalfOpen(): void {
    this.#halfOpen = true;
    this.#onState('half-open');
    this.#probing = false;
    this.#probeSuccesses = 0;
    this.#generation += 1;
  }

  #settleProbe(outcome: 'ok' | 'fail' | 'unreachable'): void {
    this.#probing = false;
    if (outcome !== 'ok') {
      this.#relapse();
      return;
    }
    this.#probeSuccesses += 1;
    if (this.#probeSuccesses >= this.#options.probesToClose) this.#opossum?.close();
  }

  /** opossum ignores `open()` while open, so the next opening is kept here. */
  #relapse(): void {
    this.#generation += 1;
    this.#halfOpen = false;
    this.#openUntilMs = this.#now() + this.#openForMs;
    this.#openForMs = Math.min(this.#openForMs * 2, this.#options.maxResetMs);
    this.#onState('open');
  }
}

/** One error for all: opossum counts it and nobody reads it. */
const OUTCOME = new Error('attempt failed');

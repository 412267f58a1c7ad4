/** Between which bounds the adaptive limit moves. */
export interface GradientLimitOptions {
  /** The limit never sinks below this. Default 20. */
  readonly min?: number;
  /** Nor rises above this. Default 1 000. */
  readonly max?: number;
}

/** Netflix's figures for Gradient2: latency may rise by half before the limit sinks, and moves a fifth of the way. */
const TOLERANCE = 1.5;
const SMOOTHING = 0.2;
const LONG_WINDOW = 600;
const QUEUE = 4;

/**
 * A concurrency limit that follows latency: when calls take longer than they long did, there is a queue somewhere, and
 * fewer are let in. It learns the limit that nobody would keep configured.
 * @see https://github.com/Netflix/concurrency-limits Gradient2Limit
 */
export class GradientLimit {
  readonly #min: number;
  readonly #max: number;
  #limit: number;
  #longMs = 0;
  #samples = 0;

  constructor({ min = 20, max = 1_000 }: GradientLimitOptions) {
    this.#min = min;
    this.#max = max;
    this.#limit = min;
  }

  /** Calls to let in at a time. */
  get limit(): number {
    return Math.floor(this.#limit);
  }

  /** A call took `latencyMs` while `inFlight` were being handled. */
  observe(latencyMs: number, inFlight: number): void {
    this.#samples = Math.min(this.#samples + 1, LONG_WINDOW);
    this.#longMs += (latencyMs - this.#longMs) / this.#samples;
    // After an outage the long average is far above what is normal, and would let anything in until it has sunk.
    if (this.#longMs / latencyMs > 2) this.#longMs *= 0.95;
    // A server with half its places empty says nothing about how many it could fill.
    if (inFlight < this.#limit / 2) return;
    const gradient = Math.min(1, Math.max(0.5, (TOLERANCE * this.#longMs) / latencyMs));
    const next = this.#limit * gradient + QUEUE;
    this.#limit = Math.min(this.#max, Math.max(this.#min, this.#limit * (1 - SMOOTHING) + next * SMOOTHING));
  }
}

/** Latencies remembered; enough for a 95th percentile and little enough to sort now and then. */
const SAMPLES = 256;

/** Milliseconds a computed quantile is used before it is computed anew. 3 s, as Finagle. */
const REFRESH_MS = 3_000;

/** A rolling quantile of latencies, for deciding when an answer is late enough to ask elsewhere. */
export class LatencyQuantile {
  readonly #quantile: number;
  readonly #samples = new Float64Array(SAMPLES);
  #count = 0;
  #valueMs = Number.POSITIVE_INFINITY;
  #refreshAtMs = 0;

  /** @param quantile between 0 and 1, such as 0.95. */
  constructor(quantile: number) {
    this.#quantile = quantile;
  }

  observe(latencyMs: number): void {
    this.#samples[this.#count % SAMPLES] = latencyMs;
    this.#count += 1;
  }

  /** Milliseconds; `Infinity` until a few latencies are known. */
  valueMs(nowMs: number): number {
    if (nowMs < this.#refreshAtMs || this.#count < 20) return this.#valueMs;
    this.#refreshAtMs = nowMs + REFRESH_MS;
    const known = this.#samples.slice(0, Math.min(this.#count, SAMPLES)).sort();
    this.#valueMs = known[Math.min(known.length - 1, Math.floor(known.length * this.#quantile))] ?? this.#valueMs;
    return this.#valueMs;
  }
}

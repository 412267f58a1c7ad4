/** Milliseconds over which an old latency loses its say. As Finagle. */
const TAU_MS = 10_000;

/** Milliseconds assumed of an endpoint that has calls and no latency yet: unknown is not fast. */
const UNKNOWN_MS = 1_000;

/**
 * A latency that rises at once and sinks slowly: an endpoint that becomes slow is avoided from its first slow answer,
 * and has to earn its way back.
 * @see https://github.com/twitter/finagle PeakEwma
 */
export class PeakEwma {
  #costMs = 0;
  #stampMs = 0;

  observe(latencyMs: number, nowMs: number): void {
    const weight = Math.exp(-(nowMs - this.#stampMs) / TAU_MS);
    this.#stampMs = nowMs;
    this.#costMs = latencyMs > this.#costMs ? latencyMs : this.#costMs * weight + latencyMs * (1 - weight);
  }

  /** What one more call would meet, for comparison between endpoints. */
  load(pending: number, nowMs: number): number {
    if (this.#costMs === 0) return pending === 0 ? 0 : UNKNOWN_MS * (pending + 1);
    return this.#costMs * Math.exp(-(nowMs - this.#stampMs) / TAU_MS) * (pending + 1);
  }
}

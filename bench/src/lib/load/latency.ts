import { createHistogram, type RecordableHistogram } from 'node:perf_hooks';

/** Latencies of one measurement, in an HDR histogram: nanoseconds at three digits, whatever their range. */
export interface Latency {
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly p999Ms: number;
  readonly maxMs: number;
}

export class LatencyRecorder {
  readonly #histogram: RecordableHistogram = createHistogram({ lowest: 1, highest: 600e9, figures: 3 });

  /** Milliseconds as `performance.now()` has them. */
  record(ms: number): void {
    this.#histogram.record(Math.max(1, Math.round(ms * 1e6)));
  }

  summary(): Latency {
    const at = (percentile: number): number => this.#histogram.percentile(percentile) / 1e6;
    return { p50Ms: at(50), p99Ms: at(99), p999Ms: at(99.9), maxMs: this.#histogram.max / 1e6 };
  }
}

/** An exponential delay, capped. Full jitter: https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/ */
export interface Backoff {
  /** Upper bound of the first delay, in milliseconds. */
  readonly baseMs: number;
  readonly factor: number;
  /** Upper bound of every delay, in milliseconds. */
  readonly capMs: number;
}

/** A delay drawn evenly between 0 and the bound of the `n`th try (from 1), so that peers that failed together part. */
export const fullJitterMs = (backoff: Backoff, n: number, random: () => number): number =>
  random() * Math.min(backoff.capMs, backoff.baseMs * backoff.factor ** (n - 1));

/**
 * The charges under way, which outlive the calls that began them.
 * Bounded, and waited for at the end; what is cut off by then is left in a state that recovery can take up.
 */
export class InFlight {
  readonly #jobs = new Set<Promise<unknown>>();
  readonly #max: number;

  constructor(max: number) {
    this.#max = max;
  }

  get size(): number {
    return this.#jobs.size;
  }

  /**
   * Whether one more may begin. Asked before its row is claimed, so calls that are between the two may overshoot the
   * bound, by no more than the server serves at once.
   */
  get isFull(): boolean {
    return this.#jobs.size >= this.#max;
  }

  /** Keeps count of a job until it ends. It must not reject: nobody may be waiting for it. */
  track<T>(job: Promise<T>): Promise<T> {
    const tracked = job.finally(() => this.#jobs.delete(tracked));
    this.#jobs.add(tracked);
    return tracked;
  }

  /** Resolves when all have ended or `graceMs` have passed, with the number still under way. */
  async settled(graceMs: number): Promise<number> {
    await within(Promise.all(this.#jobs), graceMs);
    return this.#jobs.size;
  }
}

/** The job's value, or undefined when it takes longer than `ms`; the job itself goes on. */
export async function within<T>(job: Promise<T>, ms: number): Promise<T | undefined> {
  const { promise: late, resolve } = Promise.withResolvers<undefined>();
  const timer = setTimeout(resolve, ms, undefined);
  try {
    return await Promise.race([job, late]);
  } finally {
    clearTimeout(timer);
  }
}

import { AsyncLocalStorage } from 'node:async_hooks';

/**
 * Runs a job now and then, never twice at once; a nudge runs it at once, or once more when it is running. The job runs
 * in the context of who made the ticker: one that a handler nudged would have that call's deadline from then on, and
 * behind it every call of every later run would be refused.
 */
export class Ticker {
  readonly #inOwnContext = AsyncLocalStorage.snapshot();
  readonly #job: () => Promise<void>;
  readonly #pauseMs: () => number;
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> | undefined;
  #isNudged = false;
  #isStopping = true;

  /** The job must not reject. `pauseMs` is the time from the end of one run to the next. */
  constructor(job: () => Promise<void>, pauseMs: number | (() => number)) {
    this.#job = job;
    this.#pauseMs = typeof pauseMs === 'number' ? () => pauseMs : pauseMs;
  }

  get isStopping(): boolean {
    return this.#isStopping;
  }

  start(): void {
    if (!this.#isStopping) return;
    this.#isStopping = false;
    this.#run();
  }

  nudge(): void {
    if (this.#isStopping) return;
    if (this.#running === undefined) this.#run();
    else this.#isNudged = true;
  }

  /** Resolves when the run under way has ended; there is no other after it. */
  async stop(): Promise<void> {
    this.#isStopping = true;
    clearTimeout(this.#timer);
    await this.#running;
  }

  #run(): void {
    clearTimeout(this.#timer);
    this.#isNudged = false;
    this.#running = this.#inOwnContext(this.#job).then(() => {
      this.#running = undefined;
      if (this.#isStopping) return;
      if (this.#isNudged) this.#run();
      else this.#timer = setTimeout(() => this.#run(), this.#pauseMs());
    });
  }
}

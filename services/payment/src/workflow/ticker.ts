/** Runs a job now and then, never twice at once; a nudge runs it at once, or once more when it is running. */
export class Ticker {
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
    this.#running = this.#job().then(() => {
      this.#running = undefined;
      if (this.#isStopping) return;
      if (this.#isNudged) this.#run();
      else this.#timer = setTimeout(() => this.#run(), this.#pauseMs());
    });
  }
}

import type { Attempt } from '../domain/attempt.ts';
import { type ReconcileDeps, reconcile } from './reconcile.ts';
import type { Tally } from './tally.ts';
import { Ticker } from './ticker.ts';

/** Attempts that one worker looks at in parallel; repair must not starve live charges of connections. */
const CONCURRENCY = 8;
/** Attempts between two pauses. */
const MAX_BATCH = 100;

export interface RecoveryOptions extends ReconcileDeps {
  /** Names this worker in the rows it holds; no two may share one. */
  readonly owner: string;
}

/** What the worker has done since it began, and how many attempts have been open for too long, as of its last count. */
export interface RecoveryStats extends Tally {
  /** Undefined before the first count, and while the database is away. */
  readonly stuck: number | undefined;
}

/**
 * Finds attempts that are due, asks the provider about them and settles them. Any number of workers may run on one
 * table: each row is leased to one, and a worker that lost its lease cannot write.
 */
export class RecoveryWorker {
  readonly #options: RecoveryOptions;
  readonly #ticker: Ticker;
  #stuck: number | undefined;
  #countedAtMs = Number.NEGATIVE_INFINITY;

  constructor(options: RecoveryOptions) {
    this.#options = options;
    this.#ticker = new Ticker(() => this.#tick(), options.timing.pollMs);
  }

  start(): void {
    this.#ticker.start();
  }

  /** Ends after the looks under way, and gives back what it holds. */
  async stop(): Promise<void> {
    await this.#ticker.stop();
    try {
      await this.#options.recovery.release(this.#options.owner);
    } catch (err) {
      this.#options.logger.warn({ err }, 'attempts not given back: their leases run out');
    }
  }

  stats(): RecoveryStats {
    return { ...this.#options.tally, stuck: this.#stuck };
  }

  async #tick(): Promise<void> {
    const { recovery, timing, owner, logger } = this.#options;
    try {
      for (let taken = 0; taken < MAX_BATCH && !this.#ticker.isStopping; ) {
        const due = await recovery.takeDue(owner, timing.leaseMs, CONCURRENCY);
        await Promise.all(due.map((attempt) => this.#look(attempt)));
        if (due.length < CONCURRENCY) break;
        taken += due.length;
      }
      await this.#countStuck();
    } catch (err) {
      this.#stuck = undefined;
      this.#countedAtMs = Number.NEGATIVE_INFINITY;
      logger.warn({ err }, 'recovery could not look for attempts');
    }
  }

  async #look(attempt: Attempt): Promise<void> {
    try {
      await reconcile(this.#options, attempt);
    } catch (err) {
      const { orderId, paymentId } = attempt;
      this.#options.logger.error(
        { orderId, attempt: attempt.attempt, paymentId, err },
        'attempt could not be looked at',
      );
    }
  }

  async #countStuck(): Promise<void> {
    const { recovery, timing, logger } = this.#options;
    const nowMs = performance.now();
    if (nowMs - this.#countedAtMs < timing.stuckReportMs) return;
    const stuck = await recovery.countStuck(timing.stuckAfterMs);
    this.#countedAtMs = nowMs;
    this.#stuck = stuck;
    if (stuck > 0)
      logger.error({ attempts: stuck, olderThanMs: timing.stuckAfterMs }, 'attempts are stuck: somebody must look');
  }
}

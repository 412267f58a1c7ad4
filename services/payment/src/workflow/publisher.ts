import { type Logger, RpcError } from 'cmdrpc';
import { backOffMs } from '../domain/timing.ts';
import type { Announcement, Backlog, OutboxStore } from '../store/outbox.ts';
import { Ticker } from './ticker.ts';

/** Announcements on their way at once: a backlog drains without taking Order's workers, or our connections, from live orders. */
const CONCURRENCY = 8;
const BATCH = 32;
const PRUNE_BATCH = 500;

/** How the outbox is emptied. All in milliseconds. */
export interface PublisherTiming {
  /** Between two searches; a settlement of this process is told at once. */
  readonly pollMs: number;
  readonly firstRetryMs: number;
  readonly longestRetryMs: number;
  /** Longer than a delivery can take. */
  readonly leaseMs: number;
  /** How long what was acknowledged is kept. */
  readonly retentionMs: number;
  readonly pruneEveryMs: number;
}

const SECOND = 1_000;
const HOUR = 3_600 * SECOND;

/** The durations of telling Order; `scale` multiplies all but the retention. */
export const publisherTiming = (scale = 1): PublisherTiming => ({
  pollMs: Math.max(20, SECOND * scale),
  firstRetryMs: SECOND * scale,
  longestRetryMs: 15 * SECOND * scale,
  leaseMs: Math.max(10 * SECOND, 30 * SECOND * scale),
  retentionMs: 7 * 24 * HOUR,
  pruneEveryMs: HOUR * scale,
});

export interface PublisherOptions {
  readonly outbox: OutboxStore;
  /** Tells Order; resolves when Order has taken it. */
  readonly tell: (announcement: Announcement) => Promise<void>;
  /** Names this publisher in the rows it holds; no two may share one. */
  readonly owner: string;
  readonly timing: PublisherTiming;
  readonly logger: Logger;
  readonly random: () => number;
}

export interface PublisherStats {
  /** What waits in the outbox, whoever put it there; undefined when the database could not say. */
  readonly backlog: Backlog | undefined;
  readonly acknowledged: number;
  readonly failures: number;
}

/**
 * Tells Order what became of attempts: at least once, and of one order in the order it happened. Any number of
 * publishers may run on one table.
 */
export class Publisher {
  readonly #options: PublisherOptions;
  readonly #ticker: Ticker;
  #acknowledged = 0;
  #failures = 0;
  /** Searches in a row in which Order took nothing. */
  #refusals = 0;
  #prunedAtMs = Number.NEGATIVE_INFINITY;

  constructor(options: PublisherOptions) {
    this.#options = options;
    this.#ticker = new Ticker(
      () => this.#tick(),
      () => this.#pauseMs(),
    );
  }

  start(): void {
    this.#ticker.start();
  }

  /** Something was put into the outbox. While Order is down this changes nothing: the next try comes by itself. */
  nudge(): void {
    if (this.#refusals === 0) this.#ticker.nudge();
  }

  /** Ends after the deliveries under way, and gives back what it holds. */
  async stop(): Promise<void> {
    await this.#ticker.stop();
  }

  /** What waits, and what this publisher has done. */
  async stats(): Promise<PublisherStats> {
    const backlog = await this.#options.outbox.backlog().catch(() => undefined);
    return { backlog, acknowledged: this.#acknowledged, failures: this.#failures };
  }

  #pauseMs(): number {
    const { timing, random } = this.#options;
    return this.#refusals === 0
      ? timing.pollMs
      : backOffMs(this.#refusals - 1, timing.firstRetryMs, timing.longestRetryMs, random);
  }

  async #tick(): Promise<void> {
    const { outbox, timing, owner, logger } = this.#options;
    try {
      while (!this.#ticker.isStopping) {
        const batch = await outbox.take(owner, timing.leaseMs, BATCH);
        if (batch.length === 0) break;
        if (!(await this.#deliver(batch))) break;
      }
      await this.#prune();
    } catch (err) {
      logger.warn({ err }, 'outbox could not be emptied');
    }
  }

  /** False when Order takes nothing now, so that going on would only ask it the same again. */
  async #deliver(batch: readonly Announcement[]): Promise<boolean> {
    const { outbox, owner, logger } = this.#options;
    const waiting = [...batch];
    const taken: number[] = [];
    let down: unknown;
    let isDown = false;
    const lane = async (): Promise<void> => {
      for (let next = waiting.shift(); next !== undefined && !isDown; next = waiting.shift()) {
        const err = await this.#tell(next);
        if (err === undefined) taken.push(next.id);
        else if (isTroubleOfPeer(err)) {
          isDown = true;
          down = err;
        } else await this.#postpone(next, err);
      }
    };
    await Promise.all(Array.from({ length: CONCURRENCY }, lane));
    if (taken.length > 0) await outbox.acknowledge(taken);
    this.#acknowledged += taken.length;
    if (isDown) {
      await outbox.release(owner);
      if (this.#refusals === 0) logger.warn({ err: down }, 'order takes no settled payments: they wait in the outbox');
      this.#refusals++;
      return false;
    }
    if (this.#refusals > 0 && taken.length > 0) logger.info({}, 'order takes settled payments again');
    if (taken.length > 0) this.#refusals = 0;
    return true;
  }

  async #tell(announcement: Announcement): Promise<unknown> {
    try {
      await this.#options.tell(announcement);
      return undefined;
    } catch (err) {
      this.#failures++;
      return err ?? new Error('telling order failed without an error');
    }
  }

  /** Order answers, and cannot take this one: what comes after it for the same order waits, the others do not. */
  async #postpone({ id, orderId, attempt, tries }: Announcement, err: unknown): Promise<void> {
    const { outbox, timing, random, logger } = this.#options;
    logger.error({ orderId, attempt, tries, err }, 'order did not take a settled payment');
    await outbox.postpone(id, backOffMs(tries - 1, timing.firstRetryMs, timing.longestRetryMs, random));
  }

  async #prune(): Promise<void> {
    const { outbox, timing } = this.#options;
    const nowMs = performance.now();
    if (nowMs - this.#prunedAtMs < timing.pruneEveryMs) return;
    // A batch a time and the rest at the next search: deleting must not hold up what waits.
    const deleted = await outbox.prune(timing.retentionMs, PRUNE_BATCH);
    if (deleted < PRUNE_BATCH) this.#prunedAtMs = nowMs;
  }
}

const PEER_TROUBLE: ReadonlySet<string> = new Set([
  'unavailable',
  'deadline_exceeded',
  'resource_exhausted',
  'unauthenticated',
  'permission_denied',
  'unimplemented',
  'cancelled',
]);

const isTroubleOfPeer = (err: unknown): boolean => !(err instanceof RpcError) || PEER_TROUBLE.has(err.code);

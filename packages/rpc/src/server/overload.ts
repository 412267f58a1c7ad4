import { monitorEventLoopDelay } from 'node:perf_hooks';

/** How much a call matters when not all can be served; sent as the header `criticality`. Names from Google's SRE book. */
export const CRITICALITIES = ['sheddable', 'sheddable_plus', 'critical', 'critical_plus'] as const;
export type Criticality = (typeof CRITICALITIES)[number];

/**
 * Mean delay of the event loop over a window, in milliseconds, above which calls below that rank are refused. The mean
 * and not a high percentile: one long pause, a collection or a hash, is over before anybody could be refused for it.
 */
const SHED_AT_MS: readonly (readonly [number, number])[] = [
  [100, 1],
  [250, 2],
  [500, 3],
];

const RESOLUTION_MS = 20;
const WINDOW_MS = 1_000;

/** Windows in a row that must be late before anybody is refused; one that is not ends it at once. */
const LATE_WINDOWS = 2;

/**
 * Watches whether the process keeps up. A handler that computes makes every call wait, and no count of calls shows it;
 * the delay of the event loop does.
 */
export class Overload {
  #histogram: ReturnType<typeof monitorEventLoopDelay> | undefined;
  #timer: NodeJS.Timeout | undefined;
  /** Ranks below this number are refused; 0 refuses nobody. */
  #refusedBelow = 0;
  #lateWindows = 0;

  /** Begins to watch. Neither the histogram nor the timer keeps the process alive. */
  start(): void {
    const histogram = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
    histogram.enable();
    this.#histogram = histogram;
    this.#timer = setInterval(() => {
      // The timer's own resolution is part of what is measured.
      const delayMs = histogram.mean / 1e6 - RESOLUTION_MS;
      histogram.reset();
      this.observe(delayMs);
    }, WINDOW_MS);
    this.#timer.unref();
  }

  /** Takes in the mean delay of one window, in milliseconds; NaN for one in which nothing ran. */
  observe(delayMs: number): void {
    const below = refusedBelow(delayMs);
    this.#lateWindows = below === 0 ? 0 : this.#lateWindows + 1;
    this.#refusedBelow = this.#lateWindows >= LATE_WINDOWS ? below : 0;
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#histogram?.disable();
    this.#refusedBelow = 0;
  }

  /** True while some calls are refused; asked first, so that a healthy server reads no header. */
  get active(): boolean {
    return this.#refusedBelow > 0;
  }

  refuses(criticality: string | undefined): boolean {
    const named = CRITICALITIES.indexOf(criticality as Criticality);
    // A call that does not say is an ordinary one.
    return (named === -1 ? CRITICALITIES.indexOf('critical') : named) < this.#refusedBelow;
  }
}

/** Rank from which calls are still served at this delay. */
const refusedBelow = (delayMs: number): number => {
  let below = 0;
  for (const [atMs, rank] of SHED_AT_MS) if (delayMs > atMs) below = rank;
  return below;
};

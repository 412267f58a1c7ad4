import { monitorEventLoopDelay } from 'node:perf_hooks';

/** How much a call matters when not all can be served; sent as the header `criticality`. Names from Google's SRE book. */
export const CRITICALITIES = ['sheddable', 'sheddable_plus', 'critical', 'critical_plus'] as const;
export type Criticality = (typeof CRITICALITIES)[number];

/** 99th percentile of the event loop's delay, in milliseconds, from which calls of that rank and below are refused. */
const SHED_AT_MS: readonly (readonly [number, number])[] = [
  [100, 1],
  [250, 2],
  [500, 3],
];

const RESOLUTION_MS = 20;
const WINDOW_MS = 1_000;

/**
 * Watches whether the process keeps up. A handler that computes makes every call wait, and no count of calls shows it;
 * the delay of the event loop does.
 */
export class Overload {
  #histogram: ReturnType<typeof monitorEventLoopDelay> | undefined;
  #timer: NodeJS.Timeout | undefined;
  /** Ranks below this number are refused; 0 refuses nobody. */
  #refusedBelow = 0;

  /** Begins to watch. Neither the histogram nor the timer keeps the process alive. */
  start(): void {
    const histogram = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
    histogram.enable();
    this.#histogram = histogram;
    this.#timer = setInterval(() => {
      // The timer's own resolution is part of what is measured.
      const delayMs = histogram.percentile(99) / 1e6 - RESOLUTION_MS;
      histogram.reset();
      this.#refusedBelow = refusedBelow(delayMs);
    }, WINDOW_MS);
    this.#timer.unref();
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
export const refusedBelow = (delayMs: number): number => {
  let below = 0;
  for (const [atMs, rank] of SHED_AT_MS) if (delayMs > atMs) below = rank;
  return below;
};

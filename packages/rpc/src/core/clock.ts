/** A pending timer, to be given back to `clearTimer`. */
export type TimerHandle = object | number;

/** Where time comes from. Injected everywhere, so that tests advance it by hand. */
export interface Clock {
  /** Monotonic milliseconds; only differences mean anything. */
  now(): number;
  /** Runs `fn` once, `ms` milliseconds from now. The timer keeps the process alive. */
  setTimer(fn: () => void, ms: number): TimerHandle;
  clearTimer(handle: TimerHandle): void;
}

/** The longest `setTimeout` takes; a longer one, `Infinity` among them, would fire at once. */
const MAX_TIMER_MS = 2 ** 31 - 1;

/** The process's own monotonic clock. */
export const systemClock: Clock = {
  now: () => performance.now(),
  setTimer: (fn, ms) => setTimeout(fn, Math.min(ms, MAX_TIMER_MS)),
  clearTimer: (handle) => clearTimeout(handle as NodeJS.Timeout),
};

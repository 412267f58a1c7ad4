import type { Clock } from '../core/clock.ts';

/** A clock that moves only when told. */
export interface FakeClock extends Clock {
  /** Moves time on by `ms` milliseconds, running each timer at its own instant and what it schedules after it. */
  advance(ms: number): Promise<void>;
  /** Timers that wait. */
  readonly pending: number;
}

interface Timer {
  readonly fn: () => void;
  readonly atMs: number;
  readonly order: number;
}

/** @param startMs what `now()` says first. Default 0. */
export const fakeClock = (startMs = 0): FakeClock => {
  const timers = new Set<Timer>();
  let nowMs = startMs;
  let order = 0;
  const due = (untilMs: number): Timer | undefined =>
    [...timers].filter((timer) => timer.atMs <= untilMs).sort((a, b) => a.atMs - b.atMs || a.order - b.order)[0];
  return {
    now: () => nowMs,
    setTimer(fn, ms) {
      order += 1;
      const timer: Timer = { fn, atMs: nowMs + Math.max(0, ms), order };
      timers.add(timer);
      return timer;
    },
    clearTimer(handle) {
      timers.delete(handle as Timer);
    },
    async advance(ms) {
      const untilMs = nowMs + ms;
      await turn();
      for (let timer = due(untilMs); timer !== undefined; timer = due(untilMs)) {
        timers.delete(timer);
        nowMs = Math.max(nowMs, timer.atMs);
        timer.fn();
        await turn();
      }
      nowMs = untilMs;
    },
    get pending() {
      return timers.size;
    },
  };
};

/** Lets promises and in-memory sockets settle: what a timer set off happens before time moves on. */
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(() => setImmediate(resolve)));

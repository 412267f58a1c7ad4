import type { Loop } from './loop.ts';

export interface ClosedLoop extends Loop {
  /** Calls under way at a time. */
  readonly inFlight: number;
}

/** Keeps so many calls under way: each answer is followed by the next call. Answers how many were answered. */
export const closedLoop = async ({ call, check, inFlight, forMs, latency }: ClosedLoop): Promise<number> => {
  const untilMs = performance.now() + forMs;
  let calls = 0;
  const lane = async (): Promise<void> => {
    for (let now = performance.now(); now < untilMs; ) {
      const answer = await call();
      const after = performance.now();
      check(answer);
      latency?.record(after - now);
      now = after;
      calls += 1;
    }
  };
  await Promise.all(Array.from({ length: inFlight }, lane));
  return calls;
};

import type { LatencyRecorder } from './latency.ts';

/** What a loop calls, however it decides when. */
export interface Loop {
  readonly call: () => Promise<unknown>;
  /** Looks at every answer. @throws one that is wrong, which ends the run. */
  readonly check: (answer: unknown) => void;
  readonly forMs: number;
  /** Where the time of each answered call goes. Default nowhere. */
  readonly latency?: LatencyRecorder;
}

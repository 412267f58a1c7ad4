import type { Loop } from './loop.ts';

export interface OpenLoop extends Loop {
  /** Calls that become due each second, whether or not earlier ones are answered. */
  readonly ratePerSecond: number;
  /** Calls that may wait for an answer before the rate counts as not held. Default a second's worth. */
  readonly maxInFlight?: number;
}

export interface OpenLoopResult {
  /** Calls answered, the late ones too. */
  readonly calls: number;
  /** Whether every call that became due was sent. */
  readonly held: boolean;
}

/**
 * Sends calls at their due times. Latency counts from the due time, not from the sending, so that a stall is felt by
 * every call it delays (no coordinated omission). The loop polls rather than sleeps: a timer would add its millisecond.
 */
export const openLoop = ({
  call,
  check,
  ratePerSecond,
  forMs,
  latency,
  ...limits
}: OpenLoop): Promise<OpenLoopResult> => {
  const total = Math.max(1, Math.floor((ratePerSecond * forMs) / 1_000));
  const maxInFlight = limits.maxInFlight ?? ratePerSecond;
  const startMs = performance.now();
  let sent = 0;
  let answered = 0;
  let held = true;
  return new Promise((resolve, reject) => {
    const done = (): void => {
      if (answered === sent && (sent === total || !held)) resolve({ calls: answered, held });
    };
    const send = async (dueMs: number): Promise<void> => {
      const answer = await call();
      latency?.record(performance.now() - dueMs);
      check(answer);
      answered += 1;
      done();
    };
    const tick = (): void => {
      const due = Math.min(total, Math.floor(((performance.now() - startMs) * ratePerSecond) / 1_000));
      while (sent < due) {
        if (sent - answered >= maxInFlight) {
          held = false;
          done();
          return;
        }
        const dueMs = startMs + (sent * 1_000) / ratePerSecond;
        sent += 1;
        send(dueMs).catch(reject);
      }
      if (sent < total) setImmediate(tick);
    };
    tick();
  });
};

/** What a load has done so far. */
export interface OpenLoop {
  readonly sent: number;
  readonly answers: readonly unknown[];
  readonly failures: readonly unknown[];
  /** Sends no more and waits for what is under way. */
  stop(): Promise<void>;
}

/** Milliseconds between bursts; a timer does not keep shorter ones. */
const BURST_MS = 5;

/** Milliseconds of a standstill of this process that are made up for. More at once would be no steady load. */
const CATCH_UP_MS = 100;

/** Calls at a steady rate, however long they take. */
export const openLoop = (callsPerSecond: number, call: (id: number) => Promise<unknown>): OpenLoop => {
  const answers: unknown[] = [];
  const failures: unknown[] = [];
  const running = new Set<Promise<void>>();
  let sent = 0;
  let due = 0;
  let lastMs = performance.now();
  const timer = setInterval(() => {
    const nowMs = performance.now();
    due += (Math.min(nowMs - lastMs, CATCH_UP_MS) * callsPerSecond) / 1_000;
    lastMs = nowMs;
    for (; due >= 1; due -= 1) {
      sent += 1;
      const one = call(sent).then(
        (answer) => void answers.push(answer),
        (error: unknown) => void failures.push(error),
      );
      running.add(one);
      void one.then(() => running.delete(one));
    }
  }, BURST_MS);
  return {
    get sent() {
      return sent;
    },
    answers,
    failures,
    async stop() {
      clearInterval(timer);
      await Promise.all(running);
    },
  };
};

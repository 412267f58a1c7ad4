/** Work that only a few may do at once, and for which only so many may wait. */
export interface Turnstile {
  /**
   * Runs the work when its turn comes.
   * @throws {TurnstileFull} when the queue is full; the signal's reason when that aborts before the turn.
   */
  pass<T>(work: () => Promise<T>, signal?: AbortSignal): Promise<T>;
}

/** Too many are waiting already. */
export class TurnstileFull extends Error {
  override readonly name = 'TurnstileFull';
}

/** First come, first served: `atOnce` run, `maxWaiting` wait, the rest is refused. */
export function createTurnstile({
  atOnce,
  maxWaiting,
}: {
  readonly atOnce: number;
  readonly maxWaiting: number;
}): Turnstile {
  let running = 0;
  const waiting = new Set<() => void>();

  const turn = async (signal: AbortSignal | undefined): Promise<void> => {
    signal?.throwIfAborted();
    if (running < atOnce) {
      running += 1;
      return;
    }
    if (waiting.size >= maxWaiting) throw new TurnstileFull(`${waiting.size} wait already, the limit is ${maxWaiting}`);
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const leave = (): void => {
      waiting.delete(resolve);
      reject(signal?.reason);
    };
    waiting.add(resolve);
    signal?.addEventListener('abort', leave, { once: true });
    try {
      await promise;
    } finally {
      signal?.removeEventListener('abort', leave);
    }
  };

  return {
    pass: async (work, signal) => {
      await turn(signal);
      try {
        return await work();
      } finally {
        const [next] = waiting;
        // The place is handed over, not given back: a newcomer must not overtake.
        if (next === undefined) running -= 1;
        else {
          waiting.delete(next);
          next();
        }
      }
    },
  };
}

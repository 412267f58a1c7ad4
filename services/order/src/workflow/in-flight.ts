/** Work that a stopping process waits for, also when the client that started it has gone. */
export interface InFlight {
  /** Counts a piece of work until it settles, and hands it back. */
  track<T>(work: Promise<T>): Promise<T>;
  /** Resolves when nothing is under way. */
  idle(): Promise<void>;
}

/** An empty set of work. Its size is bounded by the requests being served. */
export const createInFlight = (): InFlight => {
  const running = new Set<Promise<unknown>>();
  return {
    track: (work) => {
      running.add(work);
      const forget = (): void => {
        running.delete(work);
      };
      work.then(forget, forget);
      return work;
    },
    idle: async () => {
      while (running.size > 0) await Promise.allSettled(running);
    },
  };
};

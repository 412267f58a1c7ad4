/** What a process holds, in bytes, with nothing left to collect. */
export interface Memory {
  readonly rssBytes: number;
  readonly heapBytes: number;
  /** Buffers and what C++ objects hold beside the heap. */
  readonly externalBytes: number;
}

/** Needs `--expose-gc`. */
export const memory = async (): Promise<Memory> => {
  if (globalThis.gc === undefined) throw new Error('start this process with --expose-gc');
  // The first collection queues finalizers, which run between ticks and free more. As the last resort, V8 gives pages
  // back too: what is left over from opening is not what connections hold.
  for (let pass = 0; pass < 3; pass += 1) {
    globalThis.gc({ type: 'major', execution: 'sync', flavor: 'last-resort' });
    await new Promise(setImmediate);
  }
  const { rss, heapUsed, external } = process.memoryUsage();
  return { rssBytes: rss, heapBytes: heapUsed, externalBytes: external };
};

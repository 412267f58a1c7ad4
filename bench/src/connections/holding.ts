import type { Served, Target } from '../calls/target.ts';
import { products } from '../workloads/products.ts';

/** Connections that are opened, used and left alone. */
export interface Holding {
  /** Serves on a free port. */
  serve(): Promise<Served>;
  /** Opens so many and uses each; what it answers keeps them. */
  open(port: number, count: number): Promise<unknown>;
}

/** Dialled at a time; a server's backlog is 511 by default. */
const AT_A_TIME = 64;

/** Opens so many, some at a time; answers what keeps them. */
export const inBatches = async <T>(count: number, open: () => Promise<T>): Promise<T[]> => {
  const held: T[] = [];
  while (held.length < count) {
    const batch = Math.min(AT_A_TIME, count - held.length);
    held.push(...(await Promise.all(Array.from({ length: batch }, open))));
  }
  return held;
};

/** Connections of a target that know nothing of each other. */
export const oneByOne = (target: Target): Holding => ({
  serve: () => target.serve(products),
  open: (port, count) =>
    inBatches(count, async () => {
      const caller = await target.connect(port, products);
      // A connection that was never used holds less than the ones a service has.
      await caller.call();
      return caller;
    }),
});

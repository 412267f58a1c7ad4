import type { Caller, Target } from '../calls/target.ts';
import { cmdrpc } from '../rpc/targets/cmdrpc.ts';
import { nestTcp } from '../rpc/targets/nest.ts';
import { raw } from '../rpc/targets/raw.ts';
import { products } from '../workloads/products.ts';

/** Dialled at a time. */
const AT_A_TIME = 50;

/** So many connections of one target, each with one call under way at most. */
const over = (target: Target, count: number): Target => ({
  ...target,
  name: busyName(target.name, count),
  workloads: [products.name],
  async connect(port, workload) {
    const idle: Caller[] = [];
    while (idle.length < count) {
      const batch = Math.min(AT_A_TIME, count - idle.length);
      idle.push(...(await Promise.all(Array.from({ length: batch }, () => target.connect(port, workload)))));
    }
    return {
      async call() {
        const caller = idle.pop();
        if (caller === undefined) throw new Error(`more calls under way than the ${count} connections`);
        const answer = await caller.call();
        idle.push(caller);
        return answer;
      },
    };
  },
});

export const BUSY_COUNTS = [100, 1_000] as const;
export const BUSY_NAMES: readonly string[] = [raw, cmdrpc, nestTcp].map(({ name }) => name);

export const busyName = (target: string, count: number): string => `${target} ×${count}`;

export const TARGETS: readonly Target[] = BUSY_COUNTS.flatMap((count) =>
  [raw, cmdrpc, nestTcp].map((target) => over(target, count)),
);

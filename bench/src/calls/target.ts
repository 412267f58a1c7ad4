import type { Workload } from '../workloads/workload.ts';

/** A way of calling from one process to another. What every target carries is the same; how is its own. */
export interface Target {
  readonly name: string;
  /** One line for the page. */
  readonly what: string;
  /** `limit` is what the platform can do, `ours` the library, `rival` what users would take instead. */
  readonly tone: 'limit' | 'ours' | 'rival';
  /** Workloads it can carry. Default all. */
  readonly workloads?: readonly string[];
  /** Measured at 64 in flight only unless asked otherwise: its figure is far off, and time is short. */
  readonly slow?: boolean;
  /** Why it cannot run here, with how to change that; undefined when it can. */
  missing?(): string | undefined;
  /** Serves on a free port. */
  serve(workload: Workload): Promise<Served>;
  /** Connects, over one connection unless `what` says otherwise. */
  connect(port: number, workload: Workload): Promise<Caller>;
}

export interface Served {
  readonly port: number;
  /** A process beside the server whose time and memory count as the server's, as a broker's do. */
  readonly brokerPid?: number;
}

export interface Caller {
  /** One call: sends the workload's request and answers what came back, decoded. */
  call(): Promise<unknown>;
}

/** What a server and a client of one pair must agree on; goes between processes, so all of it is text. */
export interface PairName {
  /** URL of the module whose `TARGETS` has the target. */
  readonly module: string;
  readonly target: string;
  readonly workload: string;
}

/** In a worker: the target of its pair. */
export const loadTarget = async ({ module, target }: PairName): Promise<Target> => {
  const { TARGETS } = (await import(module)) as { readonly TARGETS: readonly Target[] };
  const found = TARGETS.find(({ name }) => name === target);
  if (found === undefined) throw new Error(`no target ${target} in ${module}`);
  return found;
};

/** The parts of a stack, in the order in which they start. */
export const PART_NAMES = ['guard', 'postgres', 'mongo', 'sandbox', 'user', 'product', 'payment', 'order'] as const;
export type PartName = (typeof PART_NAMES)[number];

/** How a part is started, known to be ready, and stopped. */
export interface PartSpec {
  readonly name: PartName;
  readonly command: string;
  readonly args: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
  readonly cwd?: string;
  /** The user to run as; only root may name another. */
  readonly uid?: number;
  readonly gid?: number;
  /** Shown while it boots. */
  readonly note?: string;
  /** Runs before every launch: clears what a killed predecessor left. */
  prepare?(): Promise<void>;
  /** Ready when it printed its JSON line, or when this probe resolves; it is asked again until then. */
  readonly ready: 'line' | (() => Promise<void>);
  readonly readyTimeoutMs: number;
  readonly stopSignal: NodeJS.Signals;
  /** For the second Ctrl-C: what ends it at once. Default SIGKILL. */
  readonly abortSignal?: NodeJS.Signals;
  readonly stopGraceMs: number;
  /** Gives its stdin a pipe that stays open as long as this process lives. */
  readonly leash?: true;
}

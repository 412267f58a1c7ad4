import { availableParallelism, cpus, release, totalmem, type } from 'node:os';
import { canPin } from '../process/pinned.ts';

/** Where a result was measured; a number without it means nothing. */
export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGb: number;
  readonly system: string;
  readonly node: string;
  /** Whether processes were kept on cores of their own. */
  readonly pinned: boolean;
  readonly at: string;
}

export const machine = (): Machine => ({
  cpu: cpus()[0]?.model ?? 'unknown',
  cores: availableParallelism(),
  memoryGb: Math.round(totalmem() / 2 ** 30),
  system: `${type()} ${release()}`,
  node: process.version,
  pinned: canPin,
  at: new Date().toISOString(),
});

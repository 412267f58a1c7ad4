import { spawnSync } from 'node:child_process';
import { availableParallelism } from 'node:os';

const canPin =
  process.platform === 'linux' && availableParallelism() > 1 && spawnSync('taskset', ['--version']).status === 0;

/** The command line that runs a program on one core only, where the system has a way to; otherwise as it is. */
export const pinned = (cpu: number, command: readonly [string, ...string[]]): [string, ...string[]] =>
  canPin ? ['taskset', '-c', String(cpu), ...command] : [...command];

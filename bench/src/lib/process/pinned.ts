import { spawnSync } from 'node:child_process';
import { availableParallelism, cpus } from 'node:os';

const cores = availableParallelism();

/** Whether the system can keep a process on one core. */
export const canPin: boolean =
  process.platform === 'linux' && cores > 1 && spawnSync('taskset', ['--version']).status === 0;

type Command = readonly [string, ...string[]];

/** The command line that runs a program on one core only, where one is named and the system has a way to; otherwise as it is. */
export const pinned = (core: number | undefined, command: Command): [string, ...string[]] =>
  canPin && core !== undefined ? ['taskset', '-c', String(core % cores), ...command] : [...command];

/** The command line that runs a program on every core, although it is started by one that is pinned. */
export const unpinned = (command: Command): [string, ...string[]] =>
  canPin ? ['taskset', '-c', `0-${cpus().length - 1}`, ...command] : [...command];

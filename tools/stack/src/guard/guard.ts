import { fileURLToPath } from 'node:url';
import { NODE_FLAGS } from '../process/node-flags.ts';
import type { PidRegister } from '../process/part.ts';
import { Part, type PartOptions } from '../process/part.ts';
import type { PartSpec } from '../process/spec.ts';
import type { GuardMessage, Watched } from './protocol.ts';

/** The process that stops the others when this one is killed and can no longer do it. */
export interface Guard {
  readonly part: Part;
  readonly pids: PidRegister;
}

/** @param lockPath - held by the guard while it lives, so that the next stack can wait for its work to end. */
export function createGuard(lockPath: string, options: Omit<PartOptions, 'pids'>): Guard {
  const watched = new Map<number, Watched>();
  const tell = (message: GuardMessage): void => {
    part.stdin?.write(`${JSON.stringify(message)}\n`);
  };
  const pids: PidRegister = {
    add: (pid, { name, stopSignal: signal, stopGraceMs: graceMs }) => {
      watched.set(pid, { pid, name, signal, graceMs });
      tell({ add: { pid, name, signal, graceMs } });
    },
    remove: (pid) => {
      watched.delete(pid);
      tell({ remove: pid });
    },
  };
  const spec: PartSpec = {
    name: 'guard',
    command: process.execPath,
    args: [...NODE_FLAGS, fileURLToPath(new URL('./main.ts', import.meta.url)), lockPath],
    ready: 'line',
    readyTimeoutMs: 20_000,
    stopSignal: 'SIGKILL',
    stopGraceMs: 5_000,
    leash: true,
  };
  // A guard that was killed and came back has forgotten everything.
  const repeat: PidRegister = {
    add: () => {
      for (const add of watched.values()) tell({ add });
    },
    remove: () => {},
  };
  const part = new Part(spec, { ...options, pids: repeat });
  return { part, pids };
}

import { execFile } from 'node:child_process';
import { setTimeout as wait } from 'node:timers/promises';
import { promisify } from 'node:util';
import { eventually } from '../harness/eventually.ts';
import { type Fault, LINKS, PROCESSES, type ProcessName } from './schedule.ts';
import type { FaultShop } from './shop.ts';

const HEALS_WITHIN_MS = 30_000;

/** Carries faults out on a shop, and takes all of them back. */
export interface Injector {
  /** Resolves when the fault is over. */
  carryOut(fault: Fault): Promise<void>;
  /** Ends whatever still lasts and resolves when every process is up and the gateway is ready. */
  heal(): Promise<void>;
}

export function createInjector(shop: FaultShop): Injector {
  const holds = new Set<() => void>();
  const paused = new Set<number>();

  const keptAway = async (name: ProcessName, signal: NodeJS.Signals, forMs: number): Promise<void> => {
    const release = shop.hold(name);
    holds.add(release);
    shop.signal(name, signal);
    await wait(forMs);
    release();
    holds.delete(release);
  };

  const pause = async (name: ProcessName, forMs: number): Promise<void> => {
    const pid = shop.pid(name);
    if (pid === undefined) return;
    // PostgreSQL is a family: its clients talk to the children.
    const pids = [pid, ...(await childrenOf(pid))];
    for (const each of pids) {
      paused.add(each);
      signal(each, 'SIGSTOP');
    }
    await wait(forMs);
    goOn(pids);
  };

  const goOn = (pids: readonly number[]): void => {
    for (const each of pids) {
      signal(each, 'SIGCONT');
      paused.delete(each);
    }
  };

  const carryOut = async (fault: Fault): Promise<void> => {
    switch (fault.kind) {
      case 'kill':
        shop.signal(fault.process, 'SIGKILL');
        return;
      case 'kill-all':
        for (const name of PROCESSES) shop.signal(name, 'SIGKILL');
        return;
      case 'down':
        return keptAway(fault.process, 'SIGKILL', fault.forMs);
      case 'stop':
        // PostgreSQL waits for its clients on SIGTERM, and they never leave.
        return keptAway(fault.process, fault.process === 'postgres' ? 'SIGINT' : 'SIGTERM', fault.forMs);
      case 'pause':
        return pause(fault.process, fault.forMs);
      case 'cut':
        shop.links[fault.link].cut();
        return;
      case 'delay':
        shop.links[fault.link].set({ delayMs: fault.delayMs });
        await wait(fault.forMs);
        shop.links[fault.link].set({});
        return;
      case 'split':
        shop.links[fault.link].set({ split: true });
        await wait(fault.forMs);
        shop.links[fault.link].set({});
        return;
      case 'tear':
        shop.links[fault.link].set({ cutAfterBytes: fault.bytes }, fault.direction);
        await wait(TEAR_MS);
        shop.links[fault.link].set({});
        return;
      case 'silence':
        shop.links[fault.link].set({ blackhole: true }, fault.direction);
        await wait(fault.forMs);
        shop.links[fault.link].cut();
        shop.links[fault.link].set({});
        return;
      case 'provider':
        await turn(shop, fault.knobs);
        await wait(fault.forMs);
        await turn(shop, {});
    }
  };

  return {
    carryOut,
    async heal() {
      for (const link of LINKS) shop.links[link].set({});
      goOn([...paused]);
      for (const release of holds) release();
      holds.clear();
      await shop.ready();
      await eventually('the provider is well', HEALS_WITHIN_MS, () => turn(shop, {}));
    },
  };
}

/** How long connections are torn: as many as are opened meanwhile. */
const TEAR_MS = 600;

/** True when the provider took the knobs; it may be down, or forget them by dying. */
async function turn(shop: FaultShop, knobs: object): Promise<true | undefined> {
  const answer = await fetch(`${shop.stack.urls.sandbox}/_sandbox/faults`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(knobs),
    signal: AbortSignal.timeout(2_000),
  }).catch(() => undefined);
  const said = await answer?.text().catch(() => undefined);
  if (answer !== undefined && answer.status === 400) throw new Error(`the sandbox refuses the knobs: ${said}`);
  return answer?.ok === true ? true : undefined;
}

async function childrenOf(pid: number): Promise<number[]> {
  try {
    const { stdout } = await promisify(execFile)('pgrep', ['-P', String(pid)]);
    return stdout.split('\n').filter(Boolean).map(Number);
  } catch {
    // It has none.
    return [];
  }
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // ESRCH: it has died meanwhile.
  }
}

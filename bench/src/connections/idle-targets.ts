import type { Target } from '../calls/target.ts';

interface IdleTarget extends Pick<Target, 'name' | 'tone'> {
  /** Loaded only where it is used: what a process frees of its modules would be filled by connections unseen. */
  load(): Promise<Target>;
}

/** What is held open and left alone. */
export const IDLE_TARGETS: readonly IdleTarget[] = [
  { name: 'limit-socket', tone: 'limit', load: async () => (await import('./bare.ts')).bare },
  { name: 'cmdrpc', tone: 'ours', load: async () => (await import('../rpc/targets/cmdrpc.ts')).cmdrpc },
  { name: 'nest-tcp', tone: 'rival', load: async () => (await import('../rpc/targets/nest.ts')).nestTcp },
];

export const loadIdleTarget = (name: string): Promise<Target> => {
  const found = IDLE_TARGETS.find((one) => one.name === name);
  if (found === undefined) throw new Error(`no target ${name}`);
  return found.load();
};

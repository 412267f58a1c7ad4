import type { Target } from '../calls/target.ts';
import { type Holding, oneByOne } from './holding.ts';

interface IdleTarget extends Pick<Target, 'name' | 'what' | 'tone' | 'missing'> {
  /** Loaded only where it is used: what a process frees of its modules would be filled by connections unseen. */
  load(): Promise<Holding>;
}

/** The limit, and what is promised against it. */
export const SOCKET = 'limit-socket';
export const MANY_ENDPOINTS = 'cmdrpc';

/** What is held open and left alone. */
export const IDLE_TARGETS: readonly IdleTarget[] = [
  {
    name: SOCKET,
    what: 'bare sockets at both ends',
    tone: 'limit',
    load: async () => (await import('./bare.ts')).bare,
  },
  {
    name: MANY_ENDPOINTS,
    what: 'clients that balance over 100 endpoints each, as a program has them',
    tone: 'ours',
    missing: () =>
      process.platform === 'linux'
        ? undefined
        : 'cmdrpc with many endpoints needs all of 127.0.0.0/8, which Linux alone has',
    load: async () => (await import('./many-endpoints.ts')).manyEndpoints,
  },
  {
    name: 'cmdrpc-clients',
    what: 'a whole client for each connection, with tables, limits and retry budget of its own',
    tone: 'ours',
    load: async () => oneByOne((await import('../rpc/targets/cmdrpc.ts')).cmdrpc),
  },
  {
    name: 'nest-tcp',
    what: 'a ClientProxy for each connection: NestJS has no other',
    tone: 'rival',
    load: async () => oneByOne((await import('../rpc/targets/nest.ts')).nestTcp),
  },
];

export const loadHolding = (name: string): Promise<Holding> => {
  const found = IDLE_TARGETS.find((one) => one.name === name);
  if (found === undefined) throw new Error(`no target ${name}`);
  return found.load();
};

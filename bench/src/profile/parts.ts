import { POLLING, type SelfTime } from '../lib/process/cpu-profile.ts';
import { placeOf } from './place.ts';

/** What the CPU of a call is spent on. */
interface Part {
  readonly name: string;
  /** Whether it is the library's own code, which a change of it can lift. */
  readonly ours?: true;
  /** How the places of its functions begin; see `placeOf`. */
  readonly places?: readonly string[];
  /** Names of natives, which have no place. */
  readonly natives?: readonly string[];
}

const RPC = 'packages/rpc/src';

/**
 * Every part, in the order of the page: a new one is an entry here. A function belongs to the first that names it, else to
 * {@link OTHER}. Natives are those of libuv and the kernel, of V8, or built-ins that Node's own files call.
 */
export const PARTS: readonly Part[] = [
  {
    name: 'socket writes (kernel)',
    natives: ['writeBuffer', 'writev', 'writeUtf8String', 'writeLatin1String', 'WriteWrap', 'streamBaseState'],
  },
  { name: 'event loop, reads (kernel)', natives: ['(program)', POLLING] },
  {
    name: 'streams and sockets of Node',
    places: ['node:net', 'node:internal/net', 'node:internal/stream', 'node:stream', 'node:events'],
  },
  { name: 'collecting garbage', natives: ['(garbage collector)'] },
  {
    name: 'promises, ticks, context',
    places: ['node:internal/process/', 'node:internal/async_', 'node:async_hooks'],
    natives: ['runMicrotasks'],
  },
  {
    name: 'timers and clocks',
    places: [
      `${RPC}/core/timer-wheel.ts`,
      `${RPC}/core/clock.ts`,
      'node:internal/timers',
      'node:timers',
      'node:internal/priority_queue',
      'node:internal/linkedlist',
      'node:internal/perf/',
    ],
    natives: ['now', 'scheduleTimer', 'toggleTimerRef', 'toggleImmediateRef'],
  },
  {
    name: 'Buffer: bytes and text',
    places: ['node:buffer', 'node:internal/buffer'],
    natives: [
      ...['latin1Slice', 'utf8Slice', 'asciiSlice', 'utf8Write', 'latin1Write', 'utf8WriteStatic', 'latin1WriteStatic'],
      ...['byteLengthUtf8', 'copy', 'set', 'fill', 'createUnsafeArrayBuffer', 'compare', 'indexOfString'],
    ],
  },
  {
    name: 'wire: writing',
    ours: true,
    places: [
      'cmdrpc:write',
      `${RPC}/wire/native/positional/writer.ts`,
      `${RPC}/wire/native/write.ts`,
      `${RPC}/wire/encoding.ts`,
      `${RPC}/wire/native/header-block.ts`,
      `${RPC}/wire/nest/write.ts`,
      `${RPC}/wire/outgoing.ts`,
      'node_modules/msgpackr/pack.js',
    ],
  },
  {
    name: 'wire: reading',
    ours: true,
    places: ['cmdrpc:read', `${RPC}/wire/`, 'node_modules/msgpackr/', 'node_modules/msgpackr-extract/'],
  },
  {
    name: 'contract: testing values',
    ours: true,
    places: [
      'cmdrpc:accept',
      `${RPC}/contract/`,
      `${RPC}/server/validate.ts`,
      'node_modules/zod/',
      'packages/contracts/',
    ],
  },
  { name: 'connections: flushing', ours: true, places: [`${RPC}/net/`] },
  { name: 'client: calls and policies', ours: true, places: [`${RPC}/client/`, `${RPC}/policy/`] },
  { name: 'server: calls and dispatch', ours: true, places: [`${RPC}/server/`] },
  { name: 'core: context, filters', ours: true, places: [`${RPC}/`] },
  {
    name: 'benchmark: handler and load',
    places: [
      'bench/',
      ...['node:assert', 'node:internal/assert', 'node:internal/util/comparisons', 'node:internal/histogram'],
      ...['node:inspector', 'node:child_process', 'node:internal/child_process'],
    ],
    natives: ['record'],
  },
  { name: 'other packages', places: ['node_modules/'] },
  { name: 'Node, whatever else', places: ['node:'] },
];

/** Natives that no part names, mostly built-ins of the language. */
export const OTHER = 'other natives';

/** @returns the name of the part. */
export const partOf = (one: Pick<SelfTime, 'name' | 'url'>): string => {
  const place = placeOf(one);
  const found = PARTS.find(({ places = [], natives = [] }) =>
    place === '' ? natives.includes(one.name) : places.some((beginning) => place.startsWith(beginning)),
  );
  return found?.name ?? OTHER;
};

import { CARDS, type CardKind } from './cards.ts';
import type { Means } from './means.ts';
import { NOTICES, type Notice } from './notices.ts';
import { type Random, randomOf } from './random.ts';

/** The processes that may be killed, paused and stopped. */
export const PROCESSES = ['order', 'user', 'product', 'payment', 'sandbox', 'postgres', 'mongo'] as const;
export type ProcessName = (typeof PROCESSES)[number];

/** The links that run through a proxy, named by who listens; `http` is the customers' own. */
export const LINKS = ['http', 'order', 'user', 'product', 'payment', 'sandbox', 'postgres', 'mongo'] as const;
export type LinkName = (typeof LINKS)[number];

/** One of the two customers of a seed. */
export type Who = 0 | 1;

/** What a customer does. `order` counts the orders of the seed. */
export type Act =
  | {
      readonly kind: 'place';
      readonly who: Who;
      readonly order: number;
      readonly means: Means;
      /** With an Idempotency-Key, sent this often at once; one without a key is sent once. */
      readonly copies: number;
      readonly isKeyed: boolean;
    }
  | {
      readonly kind: 'pay';
      readonly who: Who;
      readonly order: number;
      readonly means: Means;
      readonly copies: number;
    }
  | { readonly kind: 'cancel' | 'read'; readonly who: Who; readonly order: number }
  /** Pays into the account of the order, as soon as its customer has been told of one. */
  | { readonly kind: 'deposit'; readonly who: Who; readonly order: number; readonly notice: Notice }
  | { readonly kind: 'list'; readonly who: Who }
  /** Reading, paying or canceling an order of the other customer's, or telling of a deposit that nobody made. */
  | {
      readonly kind: 'pry';
      readonly who: Who;
      readonly order: number;
      readonly how: 'read' | 'pay' | 'cancel' | 'forge';
    };

/** What the provider may be made to do; see the sandbox's `PUT /_sandbox/faults`. */
export interface ProviderKnobs {
  readonly delayMs?: number;
  readonly dropBeforeCommit?: boolean;
  readonly dropAfterCommit?: boolean;
  readonly errorAfterCommit?: number;
  readonly nonJson?: boolean;
  readonly wrongAmount?: boolean;
  readonly notFoundMs?: number;
}

/** What goes wrong. Everything is in order again `forMs` later; a killed process is started again at once. */
export type Fault =
  | { readonly kind: 'kill'; readonly process: ProcessName }
  | { readonly kind: 'kill-all' }
  /** Killed, or asked to stop, and kept away. */
  | { readonly kind: 'down' | 'stop'; readonly process: ProcessName; readonly forMs: number }
  /** SIGSTOP, then SIGCONT. */
  | { readonly kind: 'pause'; readonly process: ProcessName; readonly forMs: number }
  | { readonly kind: 'cut'; readonly link: LinkName }
  | { readonly kind: 'delay'; readonly link: LinkName; readonly delayMs: number; readonly forMs: number }
  | { readonly kind: 'split'; readonly link: LinkName; readonly forMs: number }
  /** Lets this many bytes of each connection pass, then resets it: in the middle of a message. */
  | { readonly kind: 'tear'; readonly link: LinkName; readonly direction: Direction; readonly bytes: number }
  /** Loses every byte, then resets the connections: no TCP goes on with a hole in it. */
  | { readonly kind: 'silence'; readonly link: LinkName; readonly direction: Direction; readonly forMs: number }
  | { readonly kind: 'provider'; readonly knobs: ProviderKnobs; readonly forMs: number };

export type FaultKind = Fault['kind'];
export type Direction = 'to-server' | 'to-client' | 'both';

interface At<T> {
  /** Milliseconds from the start of the seed. */
  readonly atMs: number;
  readonly what: T;
}

/** Everything that happens in one seed. */
export interface Schedule {
  readonly seed: number;
  readonly acts: readonly At<Act>[];
  readonly faults: readonly At<Fault>[];
}

const LASTS_MS = 1_500;
/** A cancellation that is to meet a deposit begins so much earlier or later: it takes longer than a deposit to arrive. */
const RACE_MS = { before: 120, after: 40 };
/** A provider may take 60 s, which at the time scale of these runs is this long (`TIME_SCALE` in shop.ts). */
const LONGEST_DELAY_MS = 1_200;

/** The schedule of a seed: always the same one. */
export function scheduleOf(seed: number): Schedule {
  const random = randomOf(seed);
  const orders = random.int(4, 8);
  const acts: At<Act>[] = [];
  for (let order = 0; order < orders; order += 1) acts.push(...lifeOf(order, random));
  for (const who of [0, 1] as const) acts.push({ atMs: random.int(300, LASTS_MS), what: { kind: 'list', who } });
  const faults = Array.from({ length: random.int(1, 3) }, () => ({
    atMs: random.int(0, LASTS_MS - 300),
    what: faultOf(random),
  }));
  const byTime = (a: At<unknown>, b: At<unknown>): number => a.atMs - b.atMs;
  return { seed, acts: acts.sort(byTime), faults: faults.sort(byTime) };
}

function lifeOf(order: number, random: Random): At<Act>[] {
  const who = random.pick<Who>([0, 1]);
  const other: Who = who === 0 ? 1 : 0;
  const placedAtMs = random.int(0, 900);
  const isKeyed = random.chance(0.75);
  const copies = isKeyed && random.chance(0.4) ? random.int(2, 4) : 1;
  const acts: At<Act>[] = [
    { atMs: placedAtMs, what: { kind: 'place', who, order, means: meansOf(random), copies, isKeyed } },
  ];
  const later = (fromMs: number): number => random.int(placedAtMs + fromMs, LASTS_MS);
  if (random.chance(0.6))
    acts.push({
      atMs: later(200),
      what: { kind: 'pay', who, order, means: meansOf(random), copies: random.int(1, 3) },
    });
  const isByAccount = acts.some(({ what }) => 'means' in what && what.means === 'account');
  const depositAtMs = isByAccount && random.chance(0.7) ? later(200) : undefined;
  if (depositAtMs !== undefined)
    acts.push({ atMs: depositAtMs, what: { kind: 'deposit', who, order, notice: noticeOf(random) } });
  if (random.chance(0.35)) {
    const isRace = depositAtMs !== undefined && random.chance(0.6);
    acts.push({
      atMs: isRace ? depositAtMs + random.int(-RACE_MS.before, RACE_MS.after) : later(200),
      what: { kind: 'cancel', who, order },
    });
  }
  for (let reads = random.int(1, 3); reads > 0; reads -= 1)
    acts.push({ atMs: later(50), what: { kind: 'read', who, order } });
  if (random.chance(0.4)) {
    const how = random.pick(['read', 'pay', 'cancel', 'forge'] as const);
    acts.push({ atMs: later(100), what: { kind: 'pry', who: other, order, how } });
  }
  return acts;
}

const meansOf = (random: Random): Means => (random.chance(0.35) ? 'account' : cardOf(random));

const cardOf = (random: Random): CardKind => (random.chance(0.55) ? 'good' : random.pick(CARDS));

/** A notice that is lost leaves the deposit to a look that is minutes apart in service, so it is the rarest. */
const noticeOf = (random: Random): Notice => (random.chance(0.5) ? 'once' : random.pick(NOTICES));

function faultOf(random: Random): Fault {
  const process = random.pick(PROCESSES);
  const link = random.pick(LINKS);
  const direction = random.pick<Direction>(['to-server', 'to-client', 'both']);
  const forMs = random.int(100, 1_200);
  switch (random.pick<FaultKind>([...FAULT_KINDS])) {
    case 'kill':
      return { kind: 'kill', process };
    case 'kill-all':
      return { kind: 'kill-all' };
    case 'down':
      return { kind: 'down', process, forMs };
    case 'stop':
      return { kind: 'stop', process, forMs };
    case 'pause':
      return { kind: 'pause', process, forMs };
    case 'cut':
      return { kind: 'cut', link };
    case 'delay':
      return { kind: 'delay', link, delayMs: random.int(20, 250), forMs };
    case 'split':
      return { kind: 'split', link, forMs };
    case 'tear':
      return { kind: 'tear', link, direction, bytes: random.int(1, 3_000) };
    case 'silence':
      return { kind: 'silence', link, direction, forMs };
    case 'provider':
      return { kind: 'provider', knobs: knobsOf(random), forMs };
  }
}

/** As often as they are named. */
const FAULT_KINDS: readonly [FaultKind, ...FaultKind[]] = [
  ...(['kill', 'kill', 'kill', 'kill-all', 'down', 'down', 'stop', 'pause', 'pause'] as const),
  ...(['cut', 'delay', 'split', 'tear', 'tear', 'silence', 'silence', 'provider', 'provider', 'provider'] as const),
];

const knobsOf = (random: Random): ProviderKnobs =>
  random.pick<ProviderKnobs>([
    { delayMs: random.int(50, LONGEST_DELAY_MS) },
    { dropBeforeCommit: true },
    { dropAfterCommit: true },
    { errorAfterCommit: 500 },
    { nonJson: true },
    { wrongAmount: true },
    { dropAfterCommit: true, notFoundMs: random.int(100, 800) },
    { dropAfterCommit: true, delayMs: random.int(50, LONGEST_DELAY_MS) },
  ]);

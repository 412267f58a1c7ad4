import type { Done } from '../core/call.ts';
import type { Clock, TimerHandle } from '../core/clock.ts';
import { type Delivery, messageOf, type RpcError, systemError } from '../core/errors.ts';
import type { Logger } from '../core/logger.ts';
import { type Endpoint, endpointName, type ServiceName } from '../net/address.ts';
import { type Lookup, resolveTarget } from '../net/resolve.ts';
import type { Channel } from './channel.ts';
import type { Holder, OutgoingCall } from './outgoing-call.ts';

export interface BalancerOptions {
  readonly parts: readonly (Endpoint | ServiceName)[];
  readonly makeChannel: (endpoint: Endpoint) => Channel;
  readonly lookup: Lookup;
  /** Milliseconds between look-ups of names; each a tenth more or less, so that clients part. */
  readonly resolveEveryMs: number;
  readonly clock: Clock;
  readonly random: () => number;
  readonly logger: Logger;
}

/** Milliseconds between look-ups at least, however often connections break. */
const MIN_RESOLVE_GAP_MS = 5_000;

/** From this many endpoints on, ejecting more than half of them is taken for a fault of the judgement. As Finagle. */
const PANIC_FROM = 3;

/**
 * All endpoints of a target. Each attempt goes to the better of two drawn at random by latency × pending, which spreads
 * nearly as well as knowing all and never stampedes the one that looks best.
 */
export class Balancer implements Holder {
  readonly delivery = 'unsent';
  readonly phase = 'connecting';
  readonly #options: BalancerOptions;
  readonly #channels = new Map<string, Channel>();
  /** Channels of endpoints that are gone from the name, until their calls have ended. */
  readonly #leaving = new Set<Channel>();
  #active: readonly Channel[] = [];
  /** Calls that came before the first look-up ended. */
  #waiting = new Set<OutgoingCall>();
  #resolvedMs = Number.NEGATIVE_INFINITY;
  #resolving = false;
  #timer: TimerHandle | undefined;
  #closed = false;
  #eager = false;
  #resolveError: RpcError | undefined;

  constructor(options: BalancerOptions) {
    this.#options = options;
    if (options.parts.every((part) => !('name' in part))) this.#apply(options.parts as readonly Endpoint[]);
  }

  /** Endpoints in use, those that are leaving included. */
  get channels(): readonly Channel[] {
    return [...this.#active, ...this.#leaving];
  }

  /** Connects to every endpoint now, and to new ones as they appear. */
  connect(): void {
    this.#eager = true;
    for (const channel of this.#active) channel.connect();
    if (this.#active.length === 0) this.#resolve();
  }

  send(call: OutgoingCall, done: Done): void {
    const channel = this.#pick(call);
    if (channel !== undefined) {
      call.channel = channel;
      channel.send(call, done, this.#panics());
      return;
    }
    if (this.#resolveError !== undefined && !call.waitForReady) {
      this.#resolve();
      done(this.#resolveError);
      return;
    }
    call.done = done;
    call.holder = this;
    this.#waiting.add(call);
    this.#resolve();
  }

  /** Holder of calls that wait for a look-up. */
  giveUp(call: OutgoingCall, error: RpcError): void {
    if (!this.#waiting.delete(call)) return;
    call.holder = undefined;
    call.done(error);
  }

  /** A connection broke: perhaps the name has other addresses by now. */
  onDisconnect(): void {
    if (this.#options.clock.now() - this.#resolvedMs >= MIN_RESOLVE_GAP_MS) this.#resolve();
  }

  close(reason: (delivery: Delivery) => RpcError): void {
    this.#closed = true;
    if (this.#timer !== undefined) this.#options.clock.clearTimer(this.#timer);
    for (const channel of this.channels) channel.close(reason);
    for (const call of this.#waiting) this.giveUp(call, reason('unsent'));
  }

  #pick(call: OutgoingCall): Channel | undefined {
    const active = this.#active;
    const count = active.length;
    if (count <= 1) return active[0];
    const { random, clock } = this.#options;
    const first = Math.floor(random() * count);
    const second = (first + 1 + Math.floor(random() * (count - 1))) % count;
    const now = clock.now();
    let best = better(active[first], active[second], call, now);
    if (best !== undefined) return best;
    // Both are out: whoever is not, and if nobody is, the one drawn first says why.
    for (const channel of active) best = better(best, channel, call, now);
    return best ?? active[first];
  }

  #panics(): boolean {
    const active = this.#active;
    if (active.length < PANIC_FROM) return false;
    let ejected = 0;
    for (const channel of active) if (channel.ejected) ejected += 1;
    return ejected * 2 > active.length;
  }

  #resolve(): void {
    const { parts, lookup, clock, logger } = this.#options;
    if (this.#resolving || this.#closed || parts.every((part) => !('name' in part))) return;
    this.#resolving = true;
    resolveTarget(parts, lookup).then(
      (endpoints) => {
        this.#resolveError = undefined;
        this.#afterLookup(() => this.#apply(endpoints));
      },
      (cause: unknown) => {
        const names = parts.map((part) => ('name' in part ? part.name : '')).filter((name) => name !== '');
        this.#resolveError = systemError('resolver_failed', `cannot look up ${names.join(', ')}: ${messageOf(cause)}`, {
          code: 'unavailable',
          delivery: 'unsent',
          cause,
        });
        logger.warn({ err: cause, names }, 'rpc name lookup failed; known endpoints are kept');
        this.#afterLookup(() => this.#failWaiting());
      },
    );
    this.#resolvedMs = clock.now();
  }

  #afterLookup(apply: () => void): void {
    this.#resolving = false;
    if (this.#closed) return;
    const { clock, random, resolveEveryMs } = this.#options;
    this.#resolvedMs = clock.now();
    if (this.#timer !== undefined) clock.clearTimer(this.#timer);
    this.#timer = clock.setTimer(() => this.#resolve(), resolveEveryMs * (0.9 + random() * 0.2));
    apply();
  }

  #apply(endpoints: readonly Endpoint[]): void {
    // An empty answer is a resolver's hiccup more often than a service without a single instance.
    if (endpoints.length === 0 && this.#active.length > 0) return;
    const wanted = new Map(endpoints.map((endpoint) => [endpointName(endpoint), endpoint]));
    for (const [name, channel] of this.#channels) {
      if (wanted.has(name)) continue;
      this.#channels.delete(name);
      this.#leaving.add(channel);
      channel.retire(() => this.#leaving.delete(channel));
    }
    for (const [name, endpoint] of wanted) {
      if (this.#channels.has(name)) continue;
      const channel = this.#options.makeChannel(endpoint);
      this.#channels.set(name, channel);
      // Beside others a new endpoint is connected before it is picked, or the first calls would pay for the dial.
      if (this.#eager || this.#active.length > 0) channel.connect();
    }
    this.#active = [...this.#channels.values()];
    const calls = this.#waiting;
    this.#waiting = new Set();
    for (const call of calls) {
      call.holder = undefined;
      call.readyMs = this.#options.clock.now();
      this.send(call, call.done);
    }
  }

  #failWaiting(): void {
    for (const call of this.#waiting) {
      if (!call.waitForReady && this.#resolveError !== undefined) this.giveUp(call, this.#resolveError);
    }
  }
}

/** The one to prefer; undefined when neither can take the call. A repeated attempt avoids where it was before. */
const better = (
  a: Channel | undefined,
  b: Channel | undefined,
  call: OutgoingCall,
  nowMs: number,
): Channel | undefined => {
  const first = a?.available && a !== call.channel ? a : undefined;
  const second = b?.available && b !== call.channel ? b : undefined;
  if (first === undefined || second === undefined) return first ?? second;
  return first.load(nowMs) <= second.load(nowMs) ? first : second;
};

import { type Backoff, fullJitterMs } from '../core/backoff.ts';
import type { Done } from '../core/call.ts';
import type { TimerHandle } from '../core/clock.ts';
import { type Delivery, type RpcError, systemError } from '../core/errors.ts';
import { EVENTS, nextConnectionId } from '../core/events.ts';
import { type Endpoint, endpointName } from '../net/address.ts';
import type { Dialing } from '../net/dial.ts';
import type { Network } from '../net/network.ts';
import type { ClientTls } from '../net/tls.ts';
import { Breaker } from '../policy/breaker.ts';
import type { BreakerOptions } from '../policy/breaker-options.ts';
import { type BreakerOutcome, type BreakerState, breakerOutcome, REFUSED } from '../policy/breaker-outcome.ts';
import type { BreakerOwner } from '../policy/circuit.ts';
import { PeakEwma } from '../policy/peak-ewma.ts';
import { openLink, type WireLinkOptions } from './open-link.ts';
import type { Holder, OutgoingCall } from './outgoing-call.ts';
import type { LinkOwner, WireLink } from './wire-link.ts';

/** Bounds of the delays between attempts to connect. Full jitter, so that clients of a restarted server part. */
const RECONNECT: Backoff = { baseMs: 100, factor: 1.6, capMs: 10_000 };

/** Milliseconds a connection must have lasted to clear the failures before it; or a peer that greets and hangs up would be dialled without a pause. */
const SETTLED_MS = 10_000;

/** Connections that may break before that and still be replaced at once. */
const QUICK_LOSSES = 3;

export interface ChannelOptions extends WireLinkOptions {
  readonly connectTimeoutMs: number;
  readonly tls: (() => ClientTls) | undefined;
  readonly network: Network;
  readonly breaker: Required<BreakerOptions>;
  readonly random: () => number;
  readonly onState: (state: ChannelState, endpoint: string) => void;
  /** A connection that had worked is gone. */
  readonly onDisconnect: () => void;
}

const NONE: readonly never[] = [];

/** What connecting first adds to an endpoint's load, in milliseconds, where others are connected. */
const DIAL_COST_MS = 10;

export type ChannelState = 'idle' | 'connecting' | 'ready' | 'waiting' | 'closed';

/** One endpoint across the connections it lives through: dials when needed, again with backoff, and keeps its breaker. */
export class Channel implements Holder, LinkOwner, BreakerOwner {
  readonly delivery = 'unsent';
  readonly phase = 'connecting';
  readonly endpoint: string;
  readonly breaker: Breaker | undefined;
  readonly #id = nextConnectionId();
  readonly #address: Endpoint;
  readonly #options: ChannelOptions;
  #state: ChannelState = 'idle';
  #link: WireLink | undefined;
  /** Links that finish what they have, after GOAWAY. */
  #retiring: Set<WireLink> | undefined;
  #dialing: Dialing | undefined;
  #timer: TimerHandle | undefined;
  #failures = 0;
  #readySinceMs = 0;
  #lastError: RpcError | undefined;
  /** Calls that came before there was a connection. */
  #waiting: OutgoingCall[] | undefined;
  #latency = new PeakEwma();
  /** Attempts given to this endpoint and not ended. */
  #pending = 0;
  /** The breaker has heard of the connection that broke last. */
  #lossCounted = false;
  #whenRetired: (() => void) | undefined;

  constructor(address: Endpoint, options: ChannelOptions) {
    this.#address = address;
    this.endpoint = endpointName(address);
    this.#options = options;
    if (options.breaker.enabled) {
      this.breaker = new Breaker(options.breaker, options.clock, this);
    }
  }

  onBreakerState(state: BreakerState): void {
    if (EVENTS.breaker.hasSubscribers) EVENTS.breaker.publish({ endpoint: this.endpoint, state });
  }

  get state(): ChannelState {
    return this.#state;
  }

  get inFlight(): number {
    return this.#pending;
  }

  /** Its breaker takes no call now. */
  get ejected(): boolean {
    return this.breaker?.admits === false;
  }

  /** Worth giving a call to: not known to be down, not ejected. */
  get available(): boolean {
    return this.#state !== 'waiting' && this.#state !== 'closed' && !this.ejected;
  }

  /** Latency × pending, for comparison with other endpoints. One that is not connected costs a dial first. */
  load(nowMs: number): number {
    const load = this.#latency.load(this.#pending, nowMs);
    return this.#state === 'ready' ? load : load + DIAL_COST_MS;
  }

  /**
   * Makes one attempt. Its outcome goes to the breaker before it goes to `done`.
   * @param ignoreBreaker when most endpoints are ejected, the judgement is doubted and not the endpoints.
   */
  send(call: OutgoingCall, done: Done, ignoreBreaker = false): void {
    call.endpoint = this.endpoint;
    const { breaker } = this;
    const ticket = breaker === undefined || ignoreBreaker ? 0 : breaker.tryAcquire();
    if (ticket === REFUSED) {
      done(
        systemError('endpoint_ejected', `circuit breaker of ${this.endpoint} is open`, {
          code: 'unavailable',
          delivery: 'unsent',
          retryAfterMs: -1,
        }),
      );
      return;
    }
    this.#pending += 1;
    this.#dispatch(call, (error, value) => {
      this.#pending -= 1;
      const now = this.#options.clock.now();
      breaker?.settle(ticket, this.#outcomeOf(error), now);
      if (call.sentMs !== undefined && (error === undefined || error.delivery === 'answered')) {
        // What was written while the peer was not up yet waited for the peer, and says nothing about how fast it is.
        this.#latency.observe(now - Math.max(call.sentMs, this.#readySinceMs), now);
      }
      done(error, value);
      if (this.#whenRetired !== undefined && this.#pending === 0) this.#endRetired();
    });
  }

  /** A connection that breaks is one failure, however many calls it takes along. */
  #outcomeOf(error: RpcError | undefined): BreakerOutcome {
    if (error?.reason !== 'connection_lost' || error.delivery !== 'unknown') return breakerOutcome(error);
    const counted = this.#lossCounted;
    this.#lossCounted = true;
    return counted ? 'neutral' : breakerOutcome(error);
  }

  /** Connects now instead of with the first call. */
  connect(): void {
    if (this.#state === 'idle') this.#dial();
  }

  /** Takes no more calls; closes, and says so, when those it has are over. */
  retire(onGone: () => void): void {
    this.#whenRetired = onGone;
    if (this.#pending === 0) this.#endRetired();
  }

  /** Holder of calls that wait for a connection. */
  giveUp(call: OutgoingCall, error: RpcError): void {
    const at = this.#waiting?.indexOf(call) ?? -1;
    if (at === -1) return;
    this.#waiting?.splice(at, 1);
    call.holder = undefined;
    call.done(error);
  }

  /** Ends everything at once; what is in flight ends with `reason`. */
  close(reason: (delivery: Delivery) => RpcError): void {
    if (this.#state === 'closed') return;
    this.#become('closed');
    this.#dialing?.abort();
    if (this.#timer !== undefined) this.#options.clock.clearTimer(this.#timer);
    this.breaker?.shutdown();
    this.#failWaiting(reason('unsent'), true);
    this.#link?.destroy(reason);
    for (const link of this.#retiring ?? NONE) link.destroy(reason);
  }

  #endRetired(): void {
    const onGone = this.#whenRetired;
    this.#whenRetired = undefined;
    this.close((delivery) => connectFailed(this.endpoint, undefined, delivery));
    onGone?.();
  }

  #dispatch(call: OutgoingCall, done: Done): void {
    const link = this.#link;
    if (link?.usable) {
      link.send(call, call.readyMs, done);
      return;
    }
    if (this.#state === 'closed' || (this.#state === 'waiting' && !call.waitForReady)) {
      done(this.#lastError ?? connectFailed(this.endpoint, undefined));
      return;
    }
    call.done = done;
    call.holder = this;
    this.#waiting ??= [];
    this.#waiting.push(call);
    if (this.#state === 'idle' || this.#state === 'ready') this.#dial();
  }

  #dial(): void {
    this.#become('connecting');
    // One that is closing but not closed: its end must not be taken for the end of this attempt.
    if (this.#link !== undefined) this.#retire(this.#link);
    this.#link = undefined;
    this.#dialing = this.#options.network.dial(
      this.#address,
      this.#options,
      (socket) => {
        this.#dialing = undefined;
        const link = openLink(socket, this.endpoint, this.#options, this);
        this.#link = link;
        // The greeting need not be waited for: what the peer refuses it refuses as unprocessed.
        this.#sendWaiting(link);
      },
      (error) => {
        this.#dialing = undefined;
        this.#onFailed(connectFailed(this.endpoint, error));
      },
    );
  }

  #retire(link: WireLink): void {
    this.#retiring ??= new Set();
    this.#retiring.add(link);
  }

  #sendWaiting(link: WireLink): void {
    const calls = this.#waiting ?? NONE;
    this.#waiting = undefined;
    for (const call of calls) {
      call.holder = undefined;
      link.send(call, this.#options.clock.now(), call.done);
    }
  }

  onReady(link: WireLink): void {
    if (this.#link !== link) return;
    this.#readySinceMs = this.#options.clock.now();
    // A new connection, often to a new process: the old one's latency would keep calls away for a minute.
    this.#latency = new PeakEwma();
    this.#lastError = undefined;
    this.#become('ready');
    this.breaker?.encourage();
  }

  onDraining(link: WireLink, error: RpcError | undefined): void {
    if (this.#link !== link) return;
    this.#link = undefined;
    this.#retire(link);
    // A peer that says goodbye before it greets was never connected to.
    if (this.#state === 'connecting' && error !== undefined) this.#onFailed(error);
    else if (this.#state !== 'closed') this.#become('idle');
    this.#options.onDisconnect();
  }

  /** The connection may be dead: it keeps what it has until that is known, and a new one takes what comes. */
  onSuspect(link: WireLink): void {
    if (this.#link === link && this.#state === 'ready') this.#dial();
  }

  onClosed(link: WireLink, error: RpcError): void {
    this.#lossCounted = false;
    this.#retiring?.delete(link);
    if (this.#link !== link) return;
    this.#link = undefined;
    if (this.#state === 'ready') {
      if (this.#options.clock.now() - this.#readySinceMs >= SETTLED_MS) this.#failures = 0;
      if (this.#failures >= QUICK_LOSSES) {
        this.#onFailed(error);
        return;
      }
      // It worked until now, so the first attempts to be back need not wait.
      this.#failures += 1;
      this.#lastError = error;
      this.#dial();
      this.#options.onDisconnect();
    } else if (this.#state === 'connecting') this.#onFailed(error);
  }

  #onFailed(error: RpcError): void {
    if (this.#state === 'closed') return;
    this.#failures += 1;
    this.#lastError = error;
    this.#become('waiting');
    this.#timer = this.#options.clock.setTimer(
      () => {
        this.#timer = undefined;
        this.#dial();
      },
      fullJitterMs(RECONNECT, this.#failures, this.#options.random),
    );
    this.#failWaiting(error, false);
  }

  #failWaiting(error: RpcError, patientToo: boolean): void {
    const calls = this.#waiting ?? NONE;
    this.#waiting = patientToo ? undefined : calls.filter((call) => call.waitForReady);
    for (const call of calls) {
      if (!patientToo && call.waitForReady) continue;
      call.holder = undefined;
      call.done(error);
    }
  }

  #become(state: ChannelState): void {
    if (this.#state === state) return;
    const previous = this.#state;
    this.#state = state;
    this.#options.onState(state, this.endpoint);
    if (!EVENTS.connection.hasSubscribers) return;
    const lost = state === 'waiting' || (previous === 'ready' && state === 'connecting');
    const error = lost ? this.#lastError : undefined;
    EVENTS.connection.publish({ side: 'client', id: this.#id, peer: this.endpoint, state, previous, error });
  }
}

const connectFailed = (endpoint: string, cause: Error | undefined, delivery: Delivery = 'unsent'): RpcError =>
  systemError(
    'connect_failed',
    `cannot connect to ${endpoint}${cause === undefined ? '' : `: ${cause.message || String((cause as NodeJS.ErrnoException).code)}`}`,
    {
      code: 'unavailable',
      delivery,
      cause,
    },
  );

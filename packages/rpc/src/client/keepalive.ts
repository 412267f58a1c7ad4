import type { Clock, TimerHandle } from '../core/clock.ts';
import type { Connection } from '../net/connection.ts';
import { writePing } from '../wire/native/write.ts';

export interface KeepaliveOptions {
  /** Milliseconds of silence after which the peer is asked whether it is there. */
  readonly keepaliveMs: number;
  /** The same while calls are in flight: a frozen peer must be found while they can still be made elsewhere. */
  readonly keepaliveBusyMs: number;
  /** Milliseconds it has to say so. */
  readonly keepaliveTimeoutMs: number;
  readonly clock: Clock;
}

/** What keepalive asks of, and tells, the connection's owner. */
export interface KeepaliveOwner {
  readonly inFlight: number;
  /** This process stood still, so the peer may have given up on it. */
  onSuspect(): void;
}

/** Milliseconds a connection has to prove itself after the process stood still. */
const VERIFY_MS = 1_000;

/** Finds out that a peer is gone, with one timer a connection that is re-armed for what is left: traffic costs it nothing. */
export class Keepalive {
  readonly #connection: Connection;
  readonly #options: KeepaliveOptions;
  readonly #owner: KeepaliveOwner;
  #timer: TimerHandle | undefined;
  #dueMs = Number.NEGATIVE_INFINITY;
  /** When a ping went out that nothing has answered. */
  #pingedMs: number | undefined;

  constructor(connection: Connection, options: KeepaliveOptions, owner: KeepaliveOwner) {
    this.#connection = connection;
    this.#options = options;
    this.#owner = owner;
  }

  start(): void {
    this.#arm(this.#options.keepaliveMs);
  }

  /** A call was written. The first after a quiet time brings the next look nearer; those after it find it near. */
  onCall(nowMs: number): void {
    const { keepaliveBusyMs } = this.#options;
    if (this.#dueMs - nowMs > keepaliveBusyMs && this.#pingedMs === undefined) this.#arm(keepaliveBusyMs);
  }

  stop(): void {
    if (this.#timer !== undefined) this.#options.clock.clearTimer(this.#timer);
    this.#timer = undefined;
  }

  #arm(ms: number): void {
    const { clock } = this.#options;
    this.stop();
    this.#dueMs = clock.now() + ms;
    this.#timer = clock.setTimer(this.#look, ms);
  }

  readonly #look = (): void => {
    this.#timer = undefined;
    if (this.#connection.closed) return;
    const { keepaliveMs, keepaliveBusyMs, keepaliveTimeoutMs, clock } = this.#options;
    const now = clock.now();
    const silentMs = now - this.#connection.lastReceivedMs;
    // A timer this late means that the process itself stood still, and the peer may have given us up meanwhile.
    const wasFrozen = now - this.#dueMs > keepaliveMs;
    const limitMs = this.#owner.inFlight > 0 ? keepaliveBusyMs : keepaliveMs;
    if (wasFrozen) {
      this.#ping();
      this.#owner.onSuspect();
      this.#arm(Math.min(VERIFY_MS, keepaliveTimeoutMs));
    } else if (this.#pingedMs !== undefined && this.#connection.lastReceivedMs <= this.#pingedMs) {
      const text = `no sign of life for ${Math.round(silentMs)} ms, over keepaliveTimeoutMs ${keepaliveTimeoutMs}`;
      this.#connection.destroy(new Error(text));
    } else if (silentMs < limitMs) {
      this.#pingedMs = undefined;
      // Whole milliseconds: a rest too small to move the clock would come again and again.
      this.#arm(Math.ceil(limitMs - silentMs));
    } else {
      this.#ping();
      this.#arm(keepaliveTimeoutMs);
    }
  };

  #ping(): void {
    this.#pingedMs = this.#options.clock.now();
    writePing(this.#connection.out, 0);
    this.#connection.scheduleFlush();
  }
}

import type { Done, Filter } from '../core/call.ts';
import type { TimerHandle } from '../core/clock.ts';
import type { RpcError } from '../core/errors.ts';
import { LatencyQuantile } from '../policy/latency-quantile.ts';
import { RetryBudget } from '../policy/retry-budget.ts';
import { tellSameCall } from './observe.ts';
import type { ResolvedClientOptions } from './options.ts';
import { cancelledError, type Holder, OutgoingCall } from './outgoing-call.ts';

/**
 * Asks a second endpoint when the first is late, and takes whichever answers first. Reads only: both may run. Bounded by
 * a budget of its own, so that a slow service is not asked twice as much just when it is slow.
 * @see Dean, Barroso: The Tail at Scale (2013)
 */
export const hedged = (options: ResolvedClientOptions, endpoints: () => number): Filter<OutgoingCall> => {
  const { hedge, clock } = options;
  if (hedge === undefined) return (next) => next;
  const budget = new RetryBudget({ ratio: hedge.ratio ?? 0.05, minPerSecond: 0, windowMs: 10_000 }, () => clock.now());
  const quantiles = new WeakMap<object, LatencyQuantile>();
  return (next) => (call, done) => {
    if (call.route.kind !== 'unary' || call.effect !== 'read' || endpoints() < 2) {
      next(call, done);
      return;
    }
    budget.deposit(call.startedMs);
    let quantile = quantiles.get(call.route);
    if (quantile === undefined) {
      quantile = new LatencyQuantile(0.95);
      quantiles.set(call.route, quantile);
    }
    const latencies = quantile;
    const begunMs = clock.now();
    const delayMs = hedge.delayMs ?? Math.max(1, latencies.valueMs(begunMs));
    const race = new Race(call, done, next);
    const timer: TimerHandle | undefined =
      delayMs === Number.POSITIVE_INFINITY
        ? undefined
        : clock.setTimer(() => {
            if (budget.tryWithdraw()) race.sendSecond(clock.now());
          }, delayMs);
    race.onSettled = (error) => {
      if (timer !== undefined) clock.clearTimer(timer);
      if (error === undefined) latencies.observe(clock.now() - begunMs);
    };
    race.sendFirst();
  };
};

/** One call asked of two endpoints: the first answer wins, the other is cancelled, and two failures are the first's. */
class Race implements Holder {
  readonly delivery = 'unknown';
  readonly phase = 'no_answer';
  onSettled: (error: RpcError | undefined) => void = () => undefined;
  readonly #call: OutgoingCall;
  readonly #done: Done;
  readonly #next: (call: OutgoingCall, done: Done) => void;
  #second: OutgoingCall | undefined;
  #firstError: RpcError | undefined;
  #settled = false;

  constructor(call: OutgoingCall, done: Done, next: (call: OutgoingCall, done: Done) => void) {
    this.#call = call;
    this.#done = done;
    this.#next = next;
  }

  sendFirst(): void {
    this.#next(this.#call, (error, value) => {
      const second = this.#second;
      const waitsForSecond = error !== undefined && second?.holder !== undefined && !isFinal(error);
      if (!waitsForSecond) {
        this.#settle(error, value);
        return;
      }
      this.#firstError = error;
      // The call itself is nobody's now; its deadline must still find whoever can end it.
      this.#call.holder = this;
    });
  }

  sendSecond(nowMs: number): void {
    if (this.#settled) return;
    const { route, payload, headers, waitForReady, startedMs, expiresAt } = this.#call;
    const second = new OutgoingCall(route, payload, {
      headers,
      waitForReady,
      unacknowledged: false,
      startedMs,
      deadlineMs: expiresAt,
    });
    second.readyMs = nowMs;
    second.attempt = this.#call.attempt;
    second.channel = this.#call.channel;
    this.#second = second;
    tellSameCall(second, this.#call);
    this.#next(second, (error, value) => {
      if (error === undefined) {
        this.#call.endpoint = second.endpoint;
        this.#settle(undefined, value);
      } else if (this.#firstError !== undefined) this.#settle(this.#firstError, undefined);
    });
  }

  /** Holder, while only the second is out. */
  giveUp(_call: OutgoingCall, error: RpcError): void {
    this.#settle(error, undefined);
  }

  #settle(error: RpcError | undefined, value: unknown): void {
    if (this.#settled) return;
    this.#settled = true;
    this.#call.timesSent += this.#second?.timesSent ?? 0;
    this.onSettled(error);
    for (const loser of [this.#second, this.#call]) {
      if (loser?.holder === undefined || loser.holder === this) continue;
      loser.holder.giveUp(
        loser,
        cancelledError(loser.route.cmd, new Error('another endpoint answered first'), 'unknown'),
      );
    }
    this.#call.holder = undefined;
    this.#done(error, value);
  }
}

/** The whole call is over, and the second request with it. */
const isFinal = (error: RpcError): boolean => error.code === 'deadline_exceeded' || error.code === 'cancelled';

/** How many retries all calls of a client may make together. */
export interface RetryBudgetOptions {
  /** Retries as a share of calls. Default 0.2, as Finagle and Linkerd. */
  readonly ratio?: number;
  /** Retries a second that are always allowed, so that a quiet client can retry at all. Default 3. */
  readonly minPerSecond?: number;
  /** Milliseconds after which unused allowance is gone. Default 10 000. */
  readonly windowMs?: number;
}

export const DEFAULT_RETRY_BUDGET: Required<RetryBudgetOptions> = { ratio: 0.2, minPerSecond: 3, windowMs: 10_000 };

/**
 * An allowance of retries that grows with calls. A fixed number of attempts multiplies the load on a service that is
 * already failing by that number, at every layer; a budget bounds the whole to calls × (1 + ratio).
 * @see https://sre.google/sre-book/handling-overload/
 */
export class RetryBudget {
  readonly #options: Required<RetryBudgetOptions>;
  readonly #now: () => number;
  /** Calls and retries of the current and the previous half of the window. */
  #calls = 0;
  #retries = 0;
  #callsBefore = 0;
  #retriesBefore = 0;
  #halfEndsMs: number;

  constructor(options: Required<RetryBudgetOptions>, now: () => number) {
    this.#options = options;
    this.#now = now;
    this.#halfEndsMs = now() + options.windowMs / 2;
  }

  /** A first attempt was made, at this instant: the call has read the clock already. */
  deposit(nowMs: number): void {
    if (nowMs >= this.#halfEndsMs) this.#turn(nowMs);
    this.#calls += 1;
  }

  /** Takes one retry out; false when the allowance is used up. */
  tryWithdraw(): boolean {
    const now = this.#now();
    if (now >= this.#halfEndsMs) this.#turn(now);
    if (this.balance < 1) return false;
    this.#retries += 1;
    return true;
  }

  /** Retries that may be made now. */
  get balance(): number {
    const { ratio, minPerSecond, windowMs } = this.#options;
    const floor = (minPerSecond * windowMs) / 1_000;
    return floor + (this.#calls + this.#callsBefore) * ratio - (this.#retries + this.#retriesBefore);
  }

  #turn(now: number): void {
    const half = this.#options.windowMs / 2;
    const idleForLong = now >= this.#halfEndsMs + half;
    this.#callsBefore = idleForLong ? 0 : this.#calls;
    this.#retriesBefore = idleForLong ? 0 : this.#retries;
    this.#calls = 0;
    this.#retries = 0;
    this.#halfEndsMs = now + half;
  }
}

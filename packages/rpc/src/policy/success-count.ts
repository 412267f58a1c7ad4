/**
 * How many successes a window ending now holds, from two numbers: those since it last began anew, and the share of those
 * before that is still inside, as if they had come evenly.
 */
export class SuccessCount {
  readonly #windowMs: number;
  #beganMs: number;
  #before = 0;
  #since = 0;

  constructor(windowMs: number, nowMs: number) {
    this.#windowMs = windowMs;
    this.#beganMs = nowMs;
  }

  add(nowMs: number): void {
    if (nowMs - this.#beganMs >= this.#windowMs) this.#turn(nowMs);
    this.#since += 1;
  }

  /** A whole number. */
  within(nowMs: number): number {
    if (nowMs - this.#beganMs >= this.#windowMs) this.#turn(nowMs);
    const inside = 1 - (nowMs - this.#beganMs) / this.#windowMs;
    return this.#since + Math.round(this.#before * inside);
  }

  #turn(nowMs: number): void {
    const windows = Math.floor((nowMs - this.#beganMs) / this.#windowMs);
    this.#before = windows === 1 ? this.#since : 0;
    this.#since = 0;
    this.#beganMs += windows * this.#windowMs;
  }
}

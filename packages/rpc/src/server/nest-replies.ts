import type { CancelListener } from '../core/context.ts';
import type { Replies } from './server-call.ts';

/** What the replies of one call need of their connection. */
export interface RepliesPort {
  /** A value as JSON; undefined for one JSON leaves out. @throws {RpcError} one that cannot be sent. */
  encode(value: unknown): string | undefined;
  write(json: string | undefined, last: boolean): void;
  /** Resolves when the peer has taken what was sent; undefined while little waits for it. */
  room(): Promise<void> | undefined;
}

/** Values after which other connections get their turn, however fast the handler produces. */
const YIELD_EVERY = 128;

/**
 * Several answers to one Nest request. One value is held back until the tick ends: when nothing follows it in that
 * tick it goes alone, and when the end does, it carries the end, as Nest's own do.
 */
export class NestReplies implements Replies, CancelListener {
  readonly #port: RepliesPort;
  #held: { readonly json: string | undefined } | undefined;
  #releasing = false;
  #interrupt: ((reason: unknown) => void) | undefined;

  constructor(port: RepliesPort) {
    this.#port = port;
  }

  onCancel(reason: unknown): void {
    this.#interrupt?.(reason);
  }

  async pump(values: AsyncIterable<unknown>): Promise<void> {
    const iterator = values[Symbol.asyncIterator]();
    let sent = 0;
    try {
      for (;;) {
        const next = await this.#interruptible(iterator.next());
        if (next.done) return;
        this.#hold(this.#port.encode(next.value));
        sent += 1;
        if (sent % YIELD_EVERY === 0) await new Promise((resolve) => setImmediate(resolve));
        const room = this.#port.room();
        if (room !== undefined) await this.#interruptible(room);
      }
    } finally {
      // Not awaited: a generator that waits for something else ends when that does, and the call need not wait for it.
      iterator.return?.()?.then(undefined, () => undefined);
    }
  }

  /** The last value, if it is still here, is the end; otherwise the end is a packet of its own. */
  end(): void {
    const held = this.#held;
    this.#held = undefined;
    this.#port.write(held?.json, true);
  }

  /** Lets a value go that must not carry the end, because an error will. */
  readonly release = (): void => {
    const held = this.#held;
    this.#held = undefined;
    if (held !== undefined) this.#port.write(held.json, false);
  };

  #hold(json: string | undefined): void {
    this.release();
    this.#held = { json };
    if (this.#releasing) return;
    this.#releasing = true;
    process.nextTick(() => {
      this.#releasing = false;
      this.release();
    });
  }

  /** A plain promise a value and not a race with a long-lived one, which would keep every loser's reaction. */
  #interruptible<T>(promise: Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      this.#interrupt = reject;
      promise.then(resolve, reject);
    });
  }
}

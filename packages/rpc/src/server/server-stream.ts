import type { CancelListener } from '../core/context.ts';
import { Inbox, type InboxOwner } from '../core/inbox.ts';
import { SendWindow } from '../core/send-window.ts';
import { CreditCounter, INITIAL_WINDOW_BYTES } from '../wire/native/stream.ts';

/** What a stream needs of its connection. */
export interface ServerStreamPort {
  /** Writes one message; answers what it takes of the window. @throws {RpcError} one that cannot be sent. */
  sendData(value: unknown): number;
  sendCredit(bytes: number): void;
}

/** Messages after which other connections get their turn, however fast the handler produces. */
const YIELD_EVERY = 128;

/** The server's end of a stream: an inbox for what the caller sends, a window for what the handler yields. */
export class ServerStream implements InboxOwner, CancelListener {
  readonly incoming: Inbox<unknown>;
  readonly #port: ServerStreamPort;
  readonly #window = new SendWindow(INITIAL_WINDOW_BYTES);
  readonly #credit = new CreditCounter();
  #over = false;
  #interrupt: ((reason: unknown) => void) | undefined;

  constructor(port: ServerStreamPort) {
    this.#port = port;
    this.incoming = new Inbox(this);
  }

  onCredit(bytes: number): void {
    this.#window.grant(bytes);
  }

  onConsumed(bytes: number): void {
    const grant = this.#credit.consumed(bytes);
    if (grant > 0 && !this.#over) this.#port.sendCredit(grant);
  }

  /** A handler that stops reading lets the caller run into its window; the call goes on. */
  onAbandoned(): void {}

  onCancel(reason: unknown): void {
    this.finish(reason);
    this.#interrupt?.(reason);
  }

  /** The call has ended, one way or another. */
  finish(reason: unknown): void {
    this.#over = true;
    this.#window.close();
    this.incoming.end(reason instanceof Error ? reason : new Error('call ended'));
  }

  /**
   * Sends what a handler yields, at the pace of the reader, until it ends or the call is cancelled.
   * @throws what the handler throws; the cancellation's reason.
   */
  async pump(values: AsyncIterable<unknown>): Promise<void> {
    const iterator = values[Symbol.asyncIterator]();
    let sent = 0;
    try {
      for (;;) {
        const next = await this.#interruptible(iterator.next());
        if (next.done) return;
        if (!this.#window.open) await this.#interruptible(this.#window.opened());
        if (this.#over) return;
        this.#window.spend(this.#port.sendData(next.value));
        sent += 1;
        if (sent % YIELD_EVERY === 0) await new Promise((resolve) => setImmediate(resolve));
      }
    } finally {
      // Not awaited: a generator that waits for something else ends when that does, and the call need not wait for it.
      iterator.return?.()?.then(undefined, () => undefined);
    }
  }

  /** A plain promise a message and not a race with a long-lived one, which would keep every loser's reaction. */
  #interruptible<T>(promise: Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      this.#interrupt = reject;
      promise.then(resolve, reject);
    });
  }
}

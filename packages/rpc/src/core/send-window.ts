/**
 * How much a sender may still send before its reader has caught up. It may send while the window is open, so the last
 * message can overdraw it by its own size; a window that had to fit each message could never pass a large one.
 */
export class SendWindow {
  #credit: number;
  #closed = false;
  #wake: (() => void) | undefined;

  /** @param bytes what the reader takes before it says anything. */
  constructor(bytes: number) {
    this.#credit = bytes;
  }

  get open(): boolean {
    return this.#credit > 0 || this.#closed;
  }

  spend(bytes: number): void {
    this.#credit -= bytes;
  }

  /** The reader has taken `bytes` in. */
  grant(bytes: number): void {
    // Bounded, so that a peer that grants without end cannot push the number out of exact integers.
    this.#credit = Math.min(this.#credit + bytes, 2 ** 40);
    if (this.#credit > 0) this.#release();
  }

  /** Resolves when the window is open; one waiter at a time. */
  opened(): Promise<void> {
    if (this.open) return Promise.resolve();
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }

  /** Lets the sender go on for good: what it sends goes nowhere, and it learns so elsewhere. */
  close(): void {
    this.#closed = true;
    this.#release();
  }

  #release(): void {
    const wake = this.#wake;
    this.#wake = undefined;
    wake?.();
  }
}

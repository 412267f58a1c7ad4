/** Who hears what a reader does. */
export interface InboxOwner {
  /** The reader has taken messages of this many bytes; as much may be sent again. */
  onConsumed(bytes: number): void;
  /** The reader left before the end. */
  onAbandoned(): void;
}

interface Entry<T> {
  readonly value: T;
  readonly bytes: number;
}

/**
 * Messages of a stream between the wire and one reader. It holds what the sender's window lets through and no more;
 * an end or an error is heard after the messages before it.
 */
export class Inbox<T> implements AsyncIterableIterator<T> {
  readonly #owner: InboxOwner;
  #entries: Entry<T>[] = [];
  /** Index of the first entry not taken; the array is cut when half of it is. Shifting each would be quadratic. */
  #head = 0;
  #heldBytes = 0;
  #ended = false;
  #error: Error | undefined;
  #reader: { resolve(result: IteratorResult<T>): void; reject(error: Error): void } | undefined;

  constructor(owner: InboxOwner) {
    this.#owner = owner;
  }

  /** Bytes not yet taken by the reader. */
  get heldBytes(): number {
    return this.#heldBytes;
  }

  push(value: T, bytes: number): void {
    if (this.#ended) return;
    const reader = this.#reader;
    if (reader !== undefined) {
      this.#reader = undefined;
      this.#owner.onConsumed(bytes);
      reader.resolve({ value, done: false });
      return;
    }
    this.#entries.push({ value, bytes });
    this.#heldBytes += bytes;
  }

  /** No message comes any more; with an error, because something went wrong. The first end counts. */
  end(error?: Error): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#error = error;
    const reader = this.#reader;
    this.#reader = undefined;
    if (reader === undefined) return;
    if (error === undefined) reader.resolve({ value: undefined, done: true });
    else this.#fail(reader.reject);
  }

  next(): Promise<IteratorResult<T>> {
    const entry = this.#entries[this.#head];
    if (entry !== undefined) {
      this.#head += 1;
      if (this.#head * 2 > this.#entries.length && this.#head > 32) {
        this.#entries = this.#entries.slice(this.#head);
        this.#head = 0;
      }
      this.#heldBytes -= entry.bytes;
      this.#owner.onConsumed(entry.bytes);
      return Promise.resolve({ value: entry.value, done: false });
    }
    if (this.#ended) {
      return this.#error === undefined
        ? Promise.resolve({ value: undefined, done: true })
        : new Promise((_resolve, reject) => this.#fail(reject));
    }
    if (this.#reader !== undefined) return Promise.reject(new TypeError('a stream has one reader: next() is pending'));
    return new Promise((resolve, reject) => {
      this.#reader = { resolve, reject };
    });
  }

  return(): Promise<IteratorResult<T>> {
    this.#entries = [];
    this.#head = 0;
    this.#heldBytes = 0;
    if (!this.#ended) {
      this.end();
      this.#owner.onAbandoned();
    }
    this.#error = undefined;
    return Promise.resolve({ value: undefined, done: true });
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  /** An error is thrown once; afterwards the stream is simply over, as with a generator. */
  #fail(reject: (error: Error) => void): void {
    const error = this.#error;
    this.#error = undefined;
    if (error !== undefined) reject(error);
  }
}

/** How many calls a client has on the way, and how many wait. */
export interface BulkheadOptions {
  /** Calls in flight to one target at a time. Default 1 000, as tarpc. */
  readonly maxInFlight?: number;
  /** Calls that may wait for a place. Default 100; 0 refuses at once. */
  readonly maxQueued?: number;
}

export const DEFAULT_BULKHEAD: Required<BulkheadOptions> = { maxInFlight: 1_000, maxQueued: 100 };

/**
 * Places for a bounded number of entries, and a bounded queue for the next ones, first come first served. A slow peer
 * fills its own places and no more of this process's memory.
 */
export class Bulkhead<Entry> {
  readonly #options: Required<BulkheadOptions>;
  readonly #admit: (entry: Entry) => void;
  /** In order of arrival; a Set also lets an entry that gave up leave in constant time. */
  readonly #queue = new Set<Entry>();
  #taken = 0;
  #admitting = false;

  /** @param admit runs an entry that waited, once a place is free. */
  constructor(options: Required<BulkheadOptions>, admit: (entry: Entry) => void) {
    this.#options = options;
    this.#admit = admit;
  }

  get taken(): number {
    return this.#taken;
  }

  get queued(): number {
    return this.#queue.size;
  }

  /** `run`: go ahead and `leave` later. `wait`: queued. `refuse`: no place and no queue. */
  enter(entry: Entry): 'run' | 'wait' | 'refuse' {
    if (this.#taken < this.#options.maxInFlight) {
      this.#taken += 1;
      return 'run';
    }
    if (this.#queue.size >= this.#options.maxQueued) return 'refuse';
    this.#queue.add(entry);
    return 'wait';
  }

  /** Gives a place back; the oldest that waits takes it over. */
  leave(): void {
    this.#taken -= 1;
    // An entry that ends as soon as it is let in leaves from in here; nested, a long queue would overflow the stack.
    if (this.#admitting) return;
    this.#admitting = true;
    try {
      for (const entry of this.#queue) {
        if (this.#taken >= this.#options.maxInFlight) return;
        this.#queue.delete(entry);
        this.#taken += 1;
        this.#admit(entry);
      }
    } finally {
      this.#admitting = false;
    }
  }

  /** Takes one that waits out of the queue; false when it does not wait. */
  withdraw(entry: Entry): boolean {
    return this.#queue.delete(entry);
  }
}

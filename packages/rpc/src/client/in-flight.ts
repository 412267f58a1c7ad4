import type { OutgoingCall } from './outgoing-call.ts';

const MAX_CALL_ID = 2 ** 31;

/** A power of two. Few, since a client of many endpoints has many tables and most of them idle. */
const FIRST_SLOTS = 2;

/**
 * Calls written and not answered, by the number they have on the connection. Numbers only grow, so that GOAWAY can
 * name the last one taken; the slot of a number is its low bits, and a number whose slot is still held by a slow call
 * is skipped. An array and not a Map: one store, one load, no hashing, and nothing for the collector.
 */
export class InFlight {
  #slots: (OutgoingCall | undefined)[] = new Array(FIRST_SLOTS).fill(undefined);
  #mask = FIRST_SLOTS - 1;
  #size = 0;
  #lastId = 0;

  get size(): number {
    return this.#size;
  }

  /** The highest number given out. */
  get lastId(): number {
    return this.#lastId;
  }

  /** True when numbers run out and the connection must be replaced. */
  get exhausted(): boolean {
    return this.#lastId >= MAX_CALL_ID;
  }

  /** The number that the next call added will get. */
  get nextId(): number {
    if ((this.#size + 1) * 2 > this.#slots.length) this.#grow();
    let id = this.#lastId + 1;
    while (this.#slots[id & this.#mask] !== undefined) id += 1;
    return id;
  }

  add(call: OutgoingCall): number {
    const id = this.nextId;
    this.#lastId = id;
    this.#slots[id & this.#mask] = call;
    this.#size += 1;
    call.callId = id;
    return id;
  }

  /** A call that goes on; undefined when it has ended already. */
  get(id: number): OutgoingCall | undefined {
    const call = this.#slots[id & this.#mask];
    return call?.callId === id ? call : undefined;
  }

  /** Takes a call out; undefined when it has ended already. */
  take(id: number): OutgoingCall | undefined {
    const slot = id & this.#mask;
    const call = this.#slots[slot];
    if (call === undefined || call.callId !== id) return undefined;
    this.#slots[slot] = undefined;
    this.#size -= 1;
    return call;
  }

  /** Takes out every call numbered above `id`, oldest first. */
  takeAbove(id: number): OutgoingCall[] {
    const taken = this.#slots.filter((call) => call !== undefined && call.callId > id) as OutgoingCall[];
    taken.sort((a, b) => a.callId - b.callId);
    for (const call of taken) this.take(call.callId);
    return taken;
  }

  #grow(): void {
    const calls = this.#slots.filter((call) => call !== undefined);
    // Two live numbers may share low bits in a table only just doubled, so it grows until none do.
    let size = this.#slots.length;
    let slots: (OutgoingCall | undefined)[];
    do {
      size *= 2;
      slots = new Array(size).fill(undefined);
      for (const call of calls) slots[call.callId & (size - 1)] = call;
    } while (slots.filter((call) => call !== undefined).length < calls.length);
    this.#slots = slots;
    this.#mask = size - 1;
  }
}

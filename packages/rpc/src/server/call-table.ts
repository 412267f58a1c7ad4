import type { ServerCall } from './server-call.ts';

/**
 * Calls of one connection whose handlers run, by number. The first of them needs no table, and with handlers that answer
 * at once there is never a second; an idle connection holds none.
 */
export class CallTable {
  #one: ServerCall | undefined;
  #others: Map<number, ServerCall> | undefined;

  get size(): number {
    return (this.#one === undefined ? 0 : 1) + (this.#others?.size ?? 0);
  }

  /** A number is added once: those of a connection only grow. */
  add(call: ServerCall): void {
    if (this.#one === undefined) {
      this.#one = call;
      return;
    }
    this.#others ??= new Map();
    this.#others.set(call.callId, call);
  }

  get(callId: number): ServerCall | undefined {
    return this.#one?.callId === callId ? this.#one : this.#others?.get(callId);
  }

  delete(callId: number): void {
    if (this.#one?.callId === callId) {
      this.#one = undefined;
      return;
    }
    this.#others?.delete(callId);
    if (this.#others?.size === 0) this.#others = undefined;
  }

  /** A copy, for whoever takes calls out as it goes. */
  all(): ServerCall[] {
    return [...(this.#one === undefined ? [] : [this.#one]), ...(this.#others?.values() ?? [])];
  }
}

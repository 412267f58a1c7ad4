import { randomBytes } from 'node:crypto';
import { CommandError } from '../errors.ts';

/** What a cursor still has to give. */
export interface CursorState {
  readonly namespace: string;
  /** Up to `batchSize` further documents as BSON; `done` when there is nothing after them. */
  readonly nextBatch: (batchSize: number | undefined) => {
    readonly documents: readonly Uint8Array[];
    readonly done: boolean;
  };
}

interface OpenCursor {
  readonly state: CursorState;
  usedAtMs: number;
}

/** Cursors clients may read on, bounded in number and in idle time. */
export class Cursors {
  readonly #open = new Map<bigint, OpenCursor>();
  readonly #maxCursors: number;
  readonly #idleMs: number;
  readonly #nowMs: () => number;

  constructor(options: { readonly maxCursors: number; readonly idleMs: number; readonly nowMs: () => number }) {
    this.#maxCursors = options.maxCursors;
    this.#idleMs = options.idleMs;
    this.#nowMs = options.nowMs;
  }

  get size(): number {
    return this.#open.size;
  }

  /** @throws {CommandError} `ExceededMemoryLimit` when too many are open. */
  open(state: CursorState): bigint {
    if (this.#open.size >= this.#maxCursors) this.closeIdle();
    if (this.#open.size >= this.#maxCursors) {
      throw new CommandError('ExceededMemoryLimit', `too many open cursors, the limit is ${this.#maxCursors}`);
    }
    // Random, so that a client cannot read another's cursor by counting; 0 means "no cursor" in the protocol.
    const id = (randomBytes(8).readBigUInt64BE() >> 1n) | 1n;
    this.#open.set(id, { state, usedAtMs: this.#nowMs() });
    return id;
  }

  /** @throws {CommandError} `CursorNotFound` when it was never there, is used up, or timed out. */
  get(id: bigint, namespace: string): CursorState {
    const cursor = this.#open.get(id);
    if (cursor === undefined || cursor.state.namespace !== namespace) {
      throw new CommandError('CursorNotFound', `cursor id ${id} not found`);
    }
    cursor.usedAtMs = this.#nowMs();
    return cursor.state;
  }

  /** False when there is no such cursor. */
  close(id: bigint): boolean {
    return this.#open.delete(id);
  }

  closeNamespace(namespace: string): void {
    for (const [id, { state }] of this.#open) if (state.namespace === namespace) this.#open.delete(id);
  }

  closeIdle(): void {
    const idleBeforeMs = this.#nowMs() - this.#idleMs;
    for (const [id, { usedAtMs }] of this.#open) if (usedAtMs <= idleBeforeMs) this.#open.delete(id);
  }
}

import type { Fault, FaultyConnection } from './faults.ts';
import { seeded } from './seeded.ts';

/** Says of each write of one side of one connection which faults strike it. */
export type StruckBy = () => readonly Fault[];

/** The faults of one network, and the chances that its seed decides. */
export class FaultPlan {
  readonly #seed: number;
  readonly #faults = new Map<Fault, { readonly number: number; struck: number }>();
  #added = 0;

  constructor(seed: number) {
    this.#seed = seed;
  }

  /** Answers what removes these faults again. */
  add(faults: readonly Fault[]): () => void {
    // Copies, so that a fault given twice is two.
    const added = faults.map((fault) => ({ ...fault }));
    for (const fault of added) {
      this.#added += 1;
      this.#faults.set(fault, { number: this.#added, struck: 0 });
    }
    return () => {
      for (const fault of added) this.#faults.delete(fault);
    };
  }

  clear(): void {
    this.#faults.clear();
  }

  /** A sequence of its own for each side of each connection: what the others do does not change it. */
  of(connection: FaultyConnection, side: 'client' | 'server'): StruckBy {
    const random = seeded(this.#seed ^ Math.imul(connection.number * 2 + (side === 'client' ? 0 : 1), 0x9e3779b1));
    let writes = 0;
    return () => {
      writes += 1;
      const striking: Fault[] = [];
      for (const [fault, entry] of this.#faults) {
        const { from = side, p = 1, skipWrites = 0, times = Number.POSITIVE_INFINITY } = fault;
        if (from !== side || writes <= skipWrites || !this.#chooses(fault, entry.number, connection)) continue;
        if (random() >= p || entry.struck >= times) continue;
        entry.struck += 1;
        striking.push(fault);
      }
      return striking;
    };
  }

  #chooses({ connection: choice }: Fault, faultNumber: number, connection: FaultyConnection): boolean {
    if (choice === undefined) return true;
    if (typeof choice === 'function') return choice(connection);
    const mixed = this.#seed ^ Math.imul(connection.number, 0x85ebca6b) ^ Math.imul(faultNumber, 0xc2b2ae35);
    return seeded(mixed)() < choice;
  }
}

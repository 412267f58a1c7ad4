/**
 * A map that is mostly empty or has one entry: the first takes no table, which a Map has from the start and which would be
 * a tenth of what an idle connection holds. Entries come in no order.
 */
export class SmallMap<K, V extends NonNullable<unknown>> {
  #key: K | undefined;
  #value: V | undefined;
  #others: Map<K, V> | undefined;

  get size(): number {
    return (this.#value === undefined ? 0 : 1) + (this.#others?.size ?? 0);
  }

  has(key: K): boolean {
    return this.get(key) !== undefined;
  }

  get(key: K): V | undefined {
    return this.#holds(key) ? this.#value : this.#others?.get(key);
  }

  set(key: K, value: V): void {
    if (this.#holds(key) || (this.#value === undefined && this.#others?.has(key) !== true)) {
      this.#key = key;
      this.#value = value;
      return;
    }
    this.#others ??= new Map();
    this.#others.set(key, value);
  }

  delete(key: K): void {
    if (this.#holds(key)) {
      this.#key = undefined;
      this.#value = undefined;
      return;
    }
    this.#others?.delete(key);
    if (this.#others?.size === 0) this.#others = undefined;
  }

  /** A copy, for whoever takes entries out as it goes. */
  values(): V[] {
    return [...(this.#value === undefined ? [] : [this.#value]), ...(this.#others?.values() ?? [])];
  }

  #holds(key: K): boolean {
    return this.#value !== undefined && key === this.#key;
  }
}

import { LRUCache } from 'lru-cache';
import type { Product } from './products.ts';

/** Finds those of the ids that exist, in no order. */
export type FindProducts = (ids: readonly string[]) => Promise<readonly Product[]>;

/** What was read of products lately. */
export interface ProductCache {
  /** Those of the ids that exist, each once, in no order. Upper case is the same id. */
  byIds(ids: readonly string[]): Promise<Product[]>;
  /** Forgets one product, or all; what is being read at the moment is not kept either. */
  forget(id?: string): void;
}

export interface ProductCacheOptions {
  readonly find: FindProducts;
  /** Milliseconds from the start of a read for which its result is used; 0 reads every time. */
  readonly ttlMs: number;
  /** Products kept at most; the least recently asked for goes first. */
  readonly maxEntries: number;
  /** A monotonic clock in milliseconds. Default the process's. */
  readonly now?: () => number;
}

type Found = ReadonlyMap<string, Product>;

/**
 * Products by id, read once for all who ask at the same time and kept for a moment.
 * An id that does not exist is never remembered, so a new product is there at once.
 */
export function createProductCache({ find, ttlMs, maxEntries, now = monotonic }: ProductCacheOptions): ProductCache {
  if (ttlMs === 0) return { byIds: async (ids) => [...(await find([...new Set(ids.map(canonical))]))], forget: noop };

  const kept = new LRUCache<string, Product>({ max: maxEntries, ttl: ttlMs, ttlResolution: 0, perf: { now } });
  /** One entry per id that is being read; an id that is forgotten meanwhile leaves, and its read is not kept. */
  const reading = new Map<string, Promise<Found>>();

  const read = (ids: readonly string[]): void => {
    const startedMs = now();
    const result = find(ids).then(
      (products) => {
        const found = new Map(products.map((product) => [product.id, product]));
        for (const id of ids) {
          if (reading.get(id) !== result) continue;
          reading.delete(id);
          const product = found.get(id);
          // From the start: the row may have changed right after the database looked.
          if (product !== undefined) kept.set(id, product, { start: startedMs });
        }
        return found;
      },
      (error: unknown) => {
        for (const id of ids) if (reading.get(id) === result) reading.delete(id);
        throw error;
      },
    );
    for (const id of ids) reading.set(id, result);
  };

  return {
    byIds: async (asked) => {
      const ids = [...new Set(asked.map(canonical))];
      const hits: Product[] = [];
      const misses: string[] = [];
      for (const id of ids) {
        const product = kept.get(id);
        if (product === undefined) misses.push(id);
        else hits.push(product);
      }
      const unread = misses.filter((id) => !reading.has(id));
      if (unread.length > 0) read(unread);
      // Taken before anything is awaited: a read that ends or is forgotten leaves the table.
      const reads = misses.map(async (id) => (await reading.get(id))?.get(id));
      const found = await Promise.all(reads);
      return [...hits, ...found.filter((product) => product !== undefined)];
    },
    forget: (id) => {
      if (id === undefined) {
        kept.clear();
        reading.clear();
      } else {
        kept.delete(id);
        reading.delete(id);
      }
    },
  };
}

const monotonic = (): number => performance.now();
const noop = (): void => {};
/** As the database writes ids, whatever the caller wrote. */
const canonical = (id: string): string => id.toLowerCase();

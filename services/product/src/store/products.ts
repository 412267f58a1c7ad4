import type { Sql } from '@shop/kit';
import type { Position } from '../domain/cursor.ts';

/** A product as it is sold; the price is in whole won. */
export interface Product {
  readonly id: string;
  readonly name: string;
  readonly price: number;
}

/** A product with its place in the catalogue. */
export interface ListedProduct extends Product {
  readonly createdAt: Date;
}

/** The table `products`. */
export interface Products {
  /** Those of the ids that exist, each once, in no order. One query, however many ids. */
  byIds(ids: readonly string[]): Promise<Product[]>;
  /** At most `limit` products, newest first, those after the position when one is given. */
  list(page: { readonly after: Position | undefined; readonly limit: number }): Promise<ListedProduct[]>;
  /** Adds those that are not there yet. */
  addMissing(products: readonly ListedProduct[]): Promise<void>;
}

export function createProducts(sql: Sql): Products {
  return {
    byIds: (ids) => sql<Product[]>`select id, name, price from products where id = any(${[...ids]}::uuid[])`,
    list: ({ after, limit }) => sql<ListedProduct[]>`
      select id, name, price, created_at as "createdAt" from products
      ${after === undefined ? sql`` : sql`where (created_at, id) < (${after.createdAt}, ${after.id})`}
      order by created_at desc, id desc
      limit ${limit}`,
    addMissing: async (products) => {
      const rows = products.map(({ id, name, price, createdAt }) => ({ id, name, price, created_at: createdAt }));
      await sql`insert into products ${sql(rows)} on conflict (id) do nothing`;
    },
  };
}

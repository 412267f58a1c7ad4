import { decodeCursor, encodeCursor } from '../domain/cursor.ts';
import type { Deps, ProductHandlers } from './deps.ts';

/** A page of the catalogue. Products that are added meanwhile neither shift nor repeat an entry. */
export const listProducts =
  ({ products }: Deps): ProductHandlers['list_products'] =>
  async ({ cursor, limit }, ctx) => {
    const after = cursor === undefined ? undefined : decodeCursor(cursor);
    if (cursor !== undefined && after === undefined) throw ctx.errors.cursor_invalid({});
    // One more than the page holds tells whether there is another.
    const found = await products.list({ after, limit: limit + 1 });
    const page = found.slice(0, limit);
    const last = page.at(-1);
    return {
      products: page.map(({ id, name, price }) => ({ id, name, price })),
      ...(found.length > limit && last !== undefined ? { nextCursor: encodeCursor(last) } : {}),
    };
  };

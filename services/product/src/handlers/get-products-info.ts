import { lineUp } from '../domain/line-up.ts';
import type { Deps, ProductHandlers } from './deps.ts';

/** Prices an order: all of the ids or none of them. */
export const getProductsInfo =
  ({ pricing }: Deps): ProductHandlers['get_products_info'] =>
  async ({ productIds }, ctx) => {
    const found = lineUp(productIds, await pricing.byIds(productIds));
    if (!found.ok) throw ctx.errors.product_not_found({ missing: found.missing });
    return found.products;
  };

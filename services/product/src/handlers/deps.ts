import type { productContract } from '@shop/contracts';
import type { Handlers } from 'cmdrpc';
import type { ProductCache } from '../store/product-cache.ts';
import type { Products } from '../store/products.ts';

/** What the handlers work with. */
export interface Deps {
  readonly products: Products;
  /** Products by id, at most as old as the cache lets them be. */
  readonly pricing: Pick<ProductCache, 'byIds'>;
}

/** One handler per command of the contract. */
export type ProductHandlers = Handlers<(typeof productContract)['commands']>;

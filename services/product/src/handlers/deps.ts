import type { productContract } from '@shop/contracts';
import type { Handlers } from 'cmdrpc';
import type { Products } from '../store/products.ts';

/** What the handlers work with. */
export interface Deps {
  readonly products: Products;
}

/** One handler per command of the contract. */
export type ProductHandlers = Handlers<(typeof productContract)['commands']>;

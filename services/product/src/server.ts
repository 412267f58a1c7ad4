import { productContract } from '@shop/contracts';
import { createServer, type Logger } from 'cmdrpc';
import type { Deps } from './handlers/deps.ts';
import { getProductsInfo } from './handlers/get-products-info.ts';
import { listProducts } from './handlers/list-products.ts';

export interface ServerOptions {
  readonly deps: Deps;
  readonly logger: Logger;
  readonly authToken?: string | undefined;
}

/** The service's commands on a server that does not listen yet. */
export function buildServer({ deps, logger, authToken }: ServerOptions) {
  const server = createServer({ name: 'product', logger, ...(authToken === undefined ? {} : { authToken }) });
  server.implement(productContract, {
    get_products_info: getProductsInfo(deps),
    list_products: listProducts(deps),
  });
  return server;
}

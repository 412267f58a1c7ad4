import { productContract } from '@shop/contracts';
import { type RpcServerOptions, sayingOutages } from '@shop/kit';
import { createServer, type Logger, RpcError } from 'cmdrpc';
import type { Deps } from './handlers/deps.ts';
import { getProductsInfo } from './handlers/get-products-info.ts';
import { listProducts } from './handlers/list-products.ts';

export interface ServerOptions {
  readonly deps: Deps;
  readonly logger: Logger;
  /** Who may call; everybody when it is left out. */
  readonly rpc?: RpcServerOptions;
}

/** The service's commands on a server that does not listen yet. */
export function buildServer({ deps, logger, rpc }: ServerOptions) {
  const server = createServer({ name: 'product', logger, ...rpc });
  server.use(sayingOutages((cause) => new RpcError('database cannot be reached', { code: 'unavailable', cause })));
  server.implement(productContract, {
    get_products_info: getProductsInfo(deps),
    list_products: listProducts(deps),
  });
  return server;
}

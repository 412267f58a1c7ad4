import { productContract } from '@shop/contracts';
import { createClient, createServer } from 'cmdrpc';
import { contract } from 'cmdrpc/contract';
import type { Target } from '../target.ts';
import { ASKED, lookUp } from '../workload.ts';

/** As it is installed: contract, validation both ways, deadline, retry budget, breaker, bulkhead, limits. */
export const cmdrpc: Target = {
  name: 'cmdrpc',
  what: 'every default policy, input and output validated by the contract',
  async serve() {
    const server = createServer({ name: 'product' });
    server.implement(productContract, {
      get_products_info: ({ productIds }) => lookUp(productIds),
      list_products: () => ({ products: [] }),
    });
    const { port } = await server.listen({ host: '127.0.0.1', port: 0 });
    return { port, close: async () => void (await server.close({ drainMs: 0 })) };
  },
  async connect(port) {
    const client = createClient(productContract, { target: `tcp://127.0.0.1:${port}` });
    await client.$.ready();
    return { call: () => client.get_products_info(ASKED), close: () => client.$.close({ drainMs: 0 }) };
  },
};

const untyped = contract('untyped', { version: '1.0.0' }, {});

/** What is left when everything that can be switched off is. */
export const cmdrpcBare: Target = {
  name: 'cmdrpc-bare',
  what: 'an untyped pattern, no validation, no deadline, no retry, no breaker',
  async serve() {
    const server = createServer({ shedding: false });
    server.on({ cmd: 'get_products_info' }, ({ productIds }: typeof ASKED) => lookUp(productIds));
    const { port } = await server.listen({ host: '127.0.0.1', port: 0 });
    return { port, close: async () => void (await server.close({ drainMs: 0 })) };
  },
  async connect(port) {
    const client = createClient(untyped, {
      target: `tcp://127.0.0.1:${port}`,
      timeoutMs: Number.POSITIVE_INFINITY,
      retry: { maxAttempts: 1 },
      breaker: { enabled: false },
    });
    await client.$.ready();
    return {
      call: () => client.$.pattern({ cmd: 'get_products_info' }, ASKED),
      close: () => client.$.close({ drainMs: 0 }),
    };
  },
};

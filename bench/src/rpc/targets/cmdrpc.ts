import { createClient, createServer } from 'cmdrpc';
import { contract } from 'cmdrpc/contract';
import type { Served, Target } from '../../calls/target.ts';
import { object1kb } from '../../workloads/object.ts';
import { products } from '../../workloads/products.ts';
import { text100kb } from '../../workloads/text.ts';
import { benchContract } from './contract.ts';

/** Serves the contract of the benchmark as the library is installed, on a free port. */
export const serveContract = (host: string): Promise<Served> =>
  createServer({ name: 'bench' })
    .implement(benchContract, {
      get_products_info: products.answer,
      echo_text: text100kb.answer,
      echo_order: object1kb.answer,
    })
    .listen({ host, port: 0 });

/** As it is installed: contract, input and output validated, deadline, retry budget, breaker, bulkhead, limits. */
export const cmdrpc: Target = {
  name: 'cmdrpc',
  what: 'every default policy, input and output validated by the contract',
  tone: 'ours',
  serve: () => serveContract('127.0.0.1'),
  async connect(port, workload) {
    const client = createClient(benchContract, { target: `tcp://127.0.0.1:${port}` });
    await client.$.ready();
    const calls: Readonly<Record<string, () => Promise<unknown>>> = {
      get_products_info: () => client.get_products_info(products.request),
      echo_text: () => client.echo_text(text100kb.request),
      echo_order: () => client.echo_order(object1kb.request),
    };
    const call = calls[workload.cmd];
    if (call === undefined) throw new Error(`the contract of the benchmark has no ${workload.cmd}`);
    return { call };
  },
};

const untyped = contract('untyped', { version: '1.0.0' }, {});

/** What is left when everything that can be switched off is. */
export const cmdrpcBare: Target = {
  name: 'cmdrpc-bare',
  what: 'an untyped pattern: no validation, deadline, retry, breaker or shedding',
  tone: 'ours',
  async serve(workload) {
    const server = createServer({ shedding: false });
    server.on({ cmd: workload.cmd }, (data: unknown) => workload.answer(data));
    return server.listen({ host: '127.0.0.1', port: 0 });
  },
  async connect(port, workload) {
    const client = createClient(untyped, {
      target: `tcp://127.0.0.1:${port}`,
      timeoutMs: Number.POSITIVE_INFINITY,
      retry: { maxAttempts: 1 },
      breaker: { enabled: false },
    });
    await client.$.ready();
    return { call: () => client.$.pattern({ cmd: workload.cmd }, workload.request) };
  },
};

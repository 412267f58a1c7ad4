import { setTimeout as wait } from 'node:timers/promises';
import { createClient } from 'cmdrpc';
import { serveContract } from '../rpc/targets/cmdrpc.ts';
import { benchContract } from '../rpc/targets/contract.ts';
import { products } from '../workloads/products.ts';
import type { Holding } from './holding.ts';

/** Endpoints of one client. All connections in one would be dialled at once, and the burst would be what is measured. */
const ENDPOINTS = 100;
const POLL_MS = 5;
/** The balancer draws who is called, those first that never were: with so many for each, hardly any is left out. */
const CALLS_EACH = 4;

/** The addresses of endpoints: all of 127.0.0.0/8 is this machine, where the system is Linux. */
const addressOf = (index: number): string => `127.1.${Math.floor(index / 250)}.${(index % 250) + 1}`;

/** Clients that balance over many endpoints each, as a program has them. */
export const manyEndpoints: Holding = {
  serve: () => serveContract('0.0.0.0'),
  async open(port, count) {
    const held: unknown[] = [];
    for (let opened = 0; opened < count; opened += ENDPOINTS) {
      held.push(await openClient(port, Math.min(ENDPOINTS, count - opened)));
    }
    return held;
  },
};

const openClient = async (port: number, endpoints: number): Promise<unknown> => {
  const target = Array.from({ length: endpoints }, (_, index) => `tcp://${addressOf(index)}:${port}`);
  const client = createClient(benchContract, { target });
  await client.$.ready();
  while (client.$.stats().endpoints.some(({ state }) => state !== 'ready')) await wait(POLL_MS);
  for (let round = 0; round < CALLS_EACH; round += 1) {
    const answers = target.map(() => client.get_products_info(products.request));
    for (const answer of await Promise.all(answers)) products.check(answer);
  }
  return client;
};

import { ServiceBroker } from 'moleculer';
import type { Target } from '../../calls/target.ts';
import { freePort } from '../../lib/port.ts';

/** The fastest it can be set to and still be itself: nothing that watches, validates or logs. */
const FAST = { logger: false, metrics: false, tracing: false, validator: false, internalServices: false } as const;

const NODE_OF_SERVER = 'server';

const broker = (nodeID: string, options: Readonly<Record<string, unknown>>): ServiceBroker =>
  new ServiceBroker({
    ...FAST,
    nodeID,
    // Known addresses in place of multicast; gossip is how it learns services, so it stays, at its shortest period.
    transporter: { type: 'TCP', options: { udpDiscovery: false, useHostname: false, gossipPeriod: 1, ...options } },
  });

/** Two nodes. Each sends on a connection of its own, which is how its TCP transporter works. */
export const moleculer: Target = {
  name: 'moleculer',
  what: 'Moleculer, TCP transporter and JSON serializer; no logger, metrics, tracing or validator; one connection each way',
  tone: 'rival',
  slow: true,
  async serve(workload) {
    const port = await freePort();
    const node = broker(NODE_OF_SERVER, { port });
    node.createService({
      name: 'bench',
      actions: { [workload.cmd]: (call: { readonly params: unknown }) => workload.answer(call.params) },
    });
    await node.start();
    return { port };
  },
  async connect(port, workload) {
    const node = broker('client', { urls: `tcp://127.0.0.1:${port}/${NODE_OF_SERVER}` });
    await node.start();
    await node.waitForServices('bench', 20_000);
    return { call: () => node.call(`bench.${workload.cmd}`, workload.request) };
  },
};

import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { createServer, type ServerOptions } from 'cmdrpc';
import { fakeClock, memoryNetwork } from 'cmdrpc/testing';
import { connect, type LabClient, lab, passing, until } from './fixture.ts';

/** A server at one address of a name, which says in each answer where it is. */
const serveAt = async (t: TestContext, host: string, port: number, options: ServerOptions = {}, delayMs = 0) => {
  const here = async () => {
    if (delayMs > 0) await new Promise((resolve) => setTimeout(resolve, delayMs));
    return host;
  };
  const server = createServer(options).implement(lab, {
    look: here,
    put: here,
    pay: here,
    price: () => ({ total: 0 }),
    happened: () => undefined,
  });
  const address = await server.listen({ host, port });
  t.after(() => passing(options.clock, server.close({ drainMs: 1 })));
  return { server, port: address.port };
};

/** Calls without a pause, unsafe ones, and what became of them. */
const steadyLoad = (client: LabClient, workers: number) => {
  const counts = new Map<string, number>();
  const failures: unknown[] = [];
  let stopped = false;
  const worker = async (): Promise<void> => {
    while (!stopped) {
      const { error, value } = await client.pay.safe(null);
      if (error !== undefined) failures.push(error);
      else counts.set(String(value), (counts.get(String(value)) ?? 0) + 1);
    }
  };
  const running = Array.from({ length: workers }, worker);
  return {
    failures,
    of: (host: string) => counts.get(host) ?? 0,
    stop: async (): Promise<void> => {
      stopped = true;
      await Promise.all(running);
    },
  };
};

test('a new address of a name takes calls, a removed one drains, and no call notices', async (t) => {
  const first = await serveAt(t, '127.0.0.1', 0, {}, 5);
  const { port } = first;
  let addresses = ['127.0.0.1'];
  const client = connect(t, `dns:///shop.internal:${port}`, {
    lookup: async () => addresses,
    resolveEveryMs: 50,
  });
  const load = steadyLoad(client, 20);
  await until(() => load.of('127.0.0.1') > 50, 'load on the first');
  const second = await serveAt(t, '127.0.0.2', port, {}, 5);
  addresses = ['127.0.0.1', '127.0.0.2'];
  await until(() => load.of('127.0.0.2') > 50, 'the new address to take calls');
  addresses = ['127.0.0.2'];
  await until(() => first.server.stats().connections === 0, 'the removed address to be left');
  assert.equal(first.server.stats().inFlight, 0);
  const [before, after] = [load.of('127.0.0.1'), load.of('127.0.0.2')];
  await until(() => load.of('127.0.0.2') > after + 50, 'the load to go on');
  await load.stop();
  assert.deepEqual(load.failures, []);
  assert.equal(load.of('127.0.0.1'), before);
  assert.equal(second.server.stats().connections, 1);
});

test('by the defaults a new address takes calls within 45 seconds, and a removed one none after 45 more', async (t) => {
  const clock = fakeClock();
  const network = memoryNetwork();
  const options = { clock, network };
  const ports: Readonly<Record<string, number>> = { '10.0.0.1': 7_001, '10.0.0.2': 7_002 };
  for (const [host, port] of Object.entries(ports)) await serveAt(t, host, port, options);
  let addresses = ['10.0.0.1'];
  const client = connect(t, 'dns:///shop.internal:7000', {
    clock,
    // The memory's listeners have ports and no hosts.
    network: {
      ...network,
      dial: (endpoint, ...rest) =>
        network.dial('host' in endpoint ? { ...endpoint, port: ports[endpoint.host] ?? 0 } : endpoint, ...rest),
    },
    lookup: async () => addresses,
  });
  const seen: unknown[] = [];
  // One call every half a second, as the clock goes on.
  const pass = async (seconds: number): Promise<void> => {
    for (let at = 0; at < seconds * 2; at += 1) {
      seen.push(await passing(clock, client.pay(null)));
      await clock.advance(500);
    }
  };
  await pass(2);
  addresses = ['10.0.0.1', '10.0.0.2'];
  await pass(45);
  assert.ok(seen.includes('10.0.0.2'), 'the new address took no call');
  addresses = ['10.0.0.2'];
  await pass(45);
  seen.length = 0;
  await pass(5);
  assert.deepEqual([...new Set(seen)], ['10.0.0.2']);
  assert.equal(network.connections, 1);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createClient, createServer, type Server } from 'cmdrpc';
import { contract, unary } from 'cmdrpc/contract';
import { fakeClock, memoryNetwork } from 'cmdrpc/testing';
import { z } from 'zod';

const shop = contract(
  'shop',
  { version: '1.0.0' },
  { who: unary({ input: z.object({}), output: z.string(), effect: 'read', timeoutMs: 60_000 }) },
);

/** Servers that answer with their name after as long as the test says, on one network and one clock. */
const start = async (delaysMs: Readonly<Record<string, number>>) => {
  const clock = fakeClock();
  const network = memoryNetwork();
  const failing = new Set<string>();
  const servers: Server[] = [];
  const targets: string[] = [];
  for (const [name, delayMs] of Object.entries(delaysMs)) {
    const server = createServer({ name, network, clock });
    server.implement(shop, {
      who: () =>
        new Promise((resolve, reject) => {
          clock.setTimer(() => (failing.has(name) ? reject(new Error('broken')) : resolve(name)), delayMs);
        }),
    });
    const { port } = await server.listen({ port: 0 });
    servers.push(server);
    targets.push(`tcp://memory:${port}`);
  }
  // A fixed sequence, so that the draws of two are the same in each run.
  let seed = 7;
  const random = (): number => {
    seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31;
    return seed / 2 ** 31;
  };
  const client = createClient(shop, { target: targets, network, clock, random, retry: { maxAttempts: 1 } });
  const ready = client.$.ready();
  await clock.advance(10);
  await ready;
  const ask = async (count: number): Promise<Map<string, number>> => {
    const answers = Promise.all(
      Array.from({ length: count }, () => client.who({}).catch((error: Error & { reason: string }) => error.reason)),
    );
    await clock.advance(2_000);
    const tally = new Map<string, number>();
    for (const answer of await answers) tally.set(answer, (tally.get(answer) ?? 0) + 1);
    return tally;
  };
  const stop = async (): Promise<void> => {
    const ended = Promise.all([
      client.$.close({ drainMs: 0 }),
      ...servers.map((server) => server.close({ drainMs: 0 })),
    ]);
    await clock.advance(5_000);
    await ended;
  };
  return { client, clock, ask, failing, stop };
};

test('equal endpoints share the calls, and a slow one gets few', async () => {
  const { ask, stop } = await start({ a: 10, b: 10, slow: 500 });
  for (let round = 0; round < 5; round += 1) await ask(3);
  const tally = await ask(60);
  const [a = 0, b = 0, slow = 0] = ['a', 'b', 'slow'].map((name) => tally.get(name));
  assert.equal(a + b + slow, 60);
  assert.ok(a > 15 && b > 15, `a ${a}, b ${b}`);
  assert.ok(slow < 10, `slow ${slow}`);
  await stop();
});

test('an endpoint whose breaker is open gets no call while others are left', async () => {
  const { client, ask, failing, stop } = await start({ a: 10, b: 10, c: 10 });
  failing.add('a');
  while (client.$.stats().endpoints[0]?.breaker !== 'open') await ask(6);
  const tally = await ask(40);
  assert.equal(tally.get('handler_threw') ?? 0, 0);
  assert.equal((tally.get('b') ?? 0) + (tally.get('c') ?? 0), 40);
  await stop();
});

test('when most endpoints are ejected the judgement is doubted: all of them are tried', async () => {
  const { client, clock, failing, stop } = await start({ a: 10, b: 10, c: 10 });
  for (const name of ['a', 'b', 'c']) failing.add(name);
  const open = (): number => client.$.stats().endpoints.filter(({ breaker }) => breaker === 'open').length;
  for (let round = 0; round < 30 && open() < 2; round += 1) {
    const answers = Promise.allSettled(Array.from({ length: 12 }, () => client.who({})));
    await clock.advance(20);
    await answers;
  }
  assert.ok(open() >= 2, `${open()} breakers are open`);
  failing.clear();
  const answers = Promise.allSettled(Array.from({ length: 30 }, () => client.who({})));
  await clock.advance(20);
  const served = (await answers).filter(({ status }) => status === 'fulfilled').length;
  assert.equal(served, 30);
  await stop();
});

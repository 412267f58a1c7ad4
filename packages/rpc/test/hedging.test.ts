import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createClient, createServer, RpcError } from 'cmdrpc';
import { contract, unary } from 'cmdrpc/contract';
import { fakeClock, memoryNetwork } from 'cmdrpc/testing';
import { z } from 'zod';

const shop = contract(
  'shop',
  { version: '1.0.0' },
  {
    read: unary({ input: z.object({}), output: z.string(), effect: 'read' }),
    write: unary({ input: z.object({}), output: z.string(), effect: 'idempotent' }),
  },
);

/** Two servers: the first to be asked never answers until it is cancelled, the other at once. */
const start = async (hedge: { readonly delayMs: number; readonly ratio: number } | false) => {
  const clock = fakeClock();
  const network = memoryNetwork();
  const seen = { slow: 0, fast: 0, cancelled: 0 };
  const serve = async () => {
    const server = createServer({ network, clock });
    const answer = (_: object, ctx: { readonly signal: AbortSignal }): string | Promise<string> => {
      if (seen.slow > seen.fast) {
        seen.fast += 1;
        return 'fast';
      }
      seen.slow += 1;
      return new Promise((resolve) => {
        ctx.signal.addEventListener('abort', () => {
          seen.cancelled += 1;
          resolve('too late');
        });
      });
    };
    server.implement(shop, { read: answer, write: answer });
    const { port } = await server.listen({ port: 0 });
    return { server, target: `tcp://memory:${port}` };
  };
  const servers = [await serve(), await serve()];
  const client = createClient(shop, {
    target: servers.map(({ target }) => target),
    network,
    clock,
    hedge,
    random: () => 0,
  });
  const stop = async (): Promise<void> => {
    const ended = Promise.all([
      client.$.close({ drainMs: 0 }),
      ...servers.map(({ server }) => server.close({ drainMs: 0 })),
    ]);
    await clock.advance(5_000);
    await ended;
  };
  return { client, clock, seen, stop };
};

test('a late read is asked of a second endpoint, whose answer is taken, and the first is told to stop', async () => {
  const { client, clock, seen, stop } = await start({ delayMs: 30, ratio: 1 });
  const answer = client.read({});
  await clock.advance(29);
  assert.deepEqual(seen, { slow: 1, fast: 0, cancelled: 0 });
  await clock.advance(5);
  assert.equal(await answer, 'fast');
  await clock.advance(1);
  assert.deepEqual(seen, { slow: 1, fast: 1, cancelled: 1 });
  await stop();
});

test('what is not a read is never asked twice, and neither is anything once the budget is spent or hedging is off', async () => {
  for (const [cmd, hedge] of [
    ['write', { delayMs: 30, ratio: 1 }],
    ['read', { delayMs: 30, ratio: 0.05 }],
    ['read', false],
  ] as const) {
    const { client, clock, seen, stop } = await start(hedge);
    const answer = client[cmd]({}, { timeoutMs: 200 }).catch((error: unknown) => error);
    await clock.advance(300);
    const error = await answer;
    assert.ok(RpcError.is(error) && error.code === 'deadline_exceeded' && error.delivery === 'unknown');
    assert.equal(seen.fast, 0);
    await stop();
  }
});

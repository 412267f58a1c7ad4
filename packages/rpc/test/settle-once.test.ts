import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createClient, createServer, RpcError, type Server } from 'cmdrpc';
import { fakeClock, memoryNetwork } from 'cmdrpc/testing';
import { seeded } from '../src/testing/seeded.ts';
import { lab } from './fixture.ts';

const CMDS = ['look', 'put', 'pay'] as const;
const PORT = 7;

/** What really happened to one call, beside what its caller was told. */
interface Story {
  readonly cmd: (typeof CMDS)[number];
  runs: number;
  finished: number;
  settled: number;
  outcome: RpcError | 'value' | undefined;
}

/**
 * A client and a server on one clock and an in-memory network, with everything that can happen to them happening in an
 * order drawn from the seed.
 */
const interleave = async (seed: number): Promise<void> => {
  const random = seeded(seed);
  const clock = fakeClock();
  const network = memoryNetwork();
  const stories: Story[] = [];
  const servers = new Set<Server>();
  const closings: Promise<unknown>[] = [];
  const aborts: AbortController[] = [];

  const start = async (): Promise<Server | undefined> => {
    const handle = async (input: unknown): Promise<unknown> => {
      const story = stories[Number(input)];
      assert.ok(story);
      story.runs += 1;
      const kind = random();
      if (kind < 0.5) await new Promise<void>((resolve) => clock.setTimer(resolve, Math.floor(random() * 300)));
      story.finished += 1;
      if (kind > 0.9) throw new Error('broken');
      if (kind > 0.85) throw new RpcError('refused', { code: 'aborted' });
      return input;
    };
    const server = createServer({ clock, network, limits: { maxInFlight: 12 } }).implement(lab, {
      look: handle,
      put: handle,
      pay: handle,
      price: () => ({ total: 0 }),
      happened: () => undefined,
    });
    try {
      await server.listen({ port: PORT });
    } catch {
      // The one before has not let go of its port; the next try may find it free.
      return undefined;
    }
    servers.add(server);
    return server;
  };

  let server = await start();
  const client = createClient(lab, {
    target: `tcp://memory:${PORT}`,
    clock,
    network,
    random,
    breaker: { enabled: random() < 0.7, resetMs: 200 },
    bulkhead: { maxInFlight: 10, maxQueued: 4 },
    keepaliveMs: 100,
    keepaliveTimeoutMs: 50,
  });

  const call = (): void => {
    const story: Story = {
      cmd: CMDS[Math.floor(random() * 3)] ?? 'look',
      runs: 0,
      finished: 0,
      settled: 0,
      outcome: undefined,
    };
    stories.push(story);
    const controller = new AbortController();
    aborts.push(controller);
    const options = {
      timeoutMs: 1 + Math.floor(random() * 500),
      waitForReady: random() < 0.3,
      ...(random() < 0.5 ? { signal: controller.signal } : {}),
    };
    client[story.cmd](stories.length - 1, options).then(
      (value) => {
        story.settled += 1;
        story.outcome = 'value';
        assert.equal(value, stories.indexOf(story), `seed ${seed}`);
      },
      (error: unknown) => {
        story.settled += 1;
        assert.ok(RpcError.is(error), `seed ${seed}: ${String(error)}`);
        story.outcome = error;
      },
    );
  };

  for (let step = 0; step < 60; step += 1) {
    const what = random();
    if (what < 0.55) for (let burst = random() * 4; burst > 0; burst -= 1) call();
    else if (what < 0.62) network.cut();
    else if (what < 0.72) aborts[Math.floor(random() * aborts.length)]?.abort();
    else if (what < 0.77 && server !== undefined) {
      closings.push(server.close({ drainMs: Math.floor(random() * 200) }));
      server = undefined;
    } else if (what < 0.85) server ??= await start();
    else await clock.advance(Math.floor(random() * 120));
    if (random() < 0.4) await clock.advance(1 + Math.floor(random() * 5));
  }
  let closed = false;
  const closingClient = client.$.close({ drainMs: Math.floor(random() * 1_000) });
  closings.push(closingClient, ...[...servers].map((each) => each.close({ drainMs: 100 })));
  const all = Promise.all(closings).then(() => {
    closed = true;
  });
  for (let turn = 0; !closed && turn < 500; turn += 1) await clock.advance(50);
  assert.ok(closed, `seed ${seed}: closing never ended`);
  await all;
  await clock.advance(3_000);

  for (const story of stories) {
    const told = `seed ${seed}: ${story.cmd} ran ${story.runs} times, ended ${String(story.outcome)}`;
    assert.equal(story.settled, 1, `${told}, settled ${story.settled} times`);
    if (story.cmd === 'pay') assert.ok(story.runs <= 1, told);
    assert.ok(story.runs <= 3, told);
    if (story.outcome === 'value') assert.ok(story.finished >= 1, told);
    else if (story.outcome?.delivery === 'unsent') assert.equal(story.runs, 0, told);
    else if (story.outcome?.delivery === 'answered') assert.ok(story.finished >= 1, told);
  }
  assert.equal(network.connections, 0, `seed ${seed}: connections`);
  assert.equal(clock.pending, 0, `seed ${seed}: timers`);
  const stats = client.$.stats();
  assert.ok(
    stats.endpoints.every(({ inFlight }) => inFlight === 0),
    `seed ${seed}: in flight`,
  );
  for (const each of servers) assert.equal(each.stats().inFlight, 0, `seed ${seed}: being handled`);
};

test('every call settles once, truthfully, and nothing is left behind, whatever happens in whatever order', async () => {
  for (let seed = 1; seed <= 250; seed += 1) await interleave(seed);
});

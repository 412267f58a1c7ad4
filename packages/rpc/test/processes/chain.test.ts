import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { createClient, withContext } from 'cmdrpc';
import { until } from '../fixture.ts';
import { chain } from './chain.ts';
import { type Child, start } from './child.ts';

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const traceparent = `00-${TRACE}-00f067aa0ba902b7-01`;

/** Four processes, each of which calls the next, and a client of the first. */
const fourProcesses = async (t: TestContext) => {
  const d = await start(t, 'chain-hop.ts', 'd');
  const c = await start(t, 'chain-hop.ts', 'c', d.target);
  const b = await start(t, 'chain-hop.ts', 'b', c.target);
  const a = await start(t, 'chain-hop.ts', 'a', b.target);
  const client = createClient(chain, { target: a.target });
  t.after(() => client.$.close({ drainMs: 1 }));
  // The first call pays for three connections.
  await client.walk(null);
  return { client, hops: [a, b, c, d] };
};

const saying = ({ lines }: Child, message: string, correlationId: string) =>
  lines.find((line) => line.message === message && line.correlationId === correlationId);

test('over four processes the deadline shrinks, and one correlation id and one trace stand in all four logs', async (t) => {
  const { client, hops } = await fourProcesses(t);
  const walked = await withContext({ correlationId: 'order-7', traceparent, timeoutMs: 2_000 }, () =>
    client.walk(null),
  );
  assert.deepEqual(
    walked.map(({ name }) => name),
    ['a', 'b', 'c', 'd'],
  );
  let leftMs = 2_000;
  for (const { name, remainingMs } of walked) {
    assert.ok(remainingMs > 0 && remainingMs < leftMs, `${name} had ${remainingMs} ms of ${leftMs}`);
    leftMs = remainingMs;
  }
  for (const hop of hops) {
    for (const message of ['walked through', 'rpc call finished']) {
      await until(() => saying(hop, message, 'order-7') !== undefined, `the line ${message}`);
      assert.equal(saying(hop, message, 'order-7')?.traceId, TRACE);
    }
    const ofTrace = hop.lines.filter((line) => line.traceId === TRACE);
    assert.deepEqual([...new Set(ofTrace.map((line) => line.correlationId))], ['order-7']);
  }
});

test('a cancel at the first of four processes reaches the last within a round trip', async (t) => {
  const { client, hops } = await fourProcesses(t);
  const roundTripsMs: number[] = [];
  const cancelsMs: number[] = [];
  for (let round = 0; round < 10; round += 1) {
    const startedMs = performance.now();
    await client.walk(null);
    roundTripsMs.push(performance.now() - startedMs);
    const correlationId = `round-${round}`;
    const controller = new AbortController();
    const waiting = client.wait.safe(null, { signal: controller.signal, correlationId });
    await until(() => hops.every((hop) => saying(hop, 'waiting', correlationId)), 'all four to wait');
    controller.abort();
    assert.equal((await waiting).error?.code, 'cancelled');
    await until(() => hops.every((hop) => saying(hop, 'cancelled', correlationId)), 'all four to be cancelled');
    const [firstMs = Number.NaN, , , lastMs = Number.NaN] = hops.map((hop) =>
      Number(saying(hop, 'cancelled', correlationId)?.atMs),
    );
    cancelsMs.push(lastMs - firstMs);
  }
  // The best of ten on one side: what else the machine does is not the cascade's.
  const bestMs = Math.min(...cancelsMs);
  const usualMs = roundTripsMs.sort((x, y) => x - y)[5] ?? 0;
  assert.ok(bestMs <= usualMs, `a cancel took ${bestMs} ms at best, a round trip ${usualMs} ms usually`);
});

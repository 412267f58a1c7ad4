import assert from 'node:assert/strict';
import { connect as netConnect } from 'node:net';
import { test } from 'node:test';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { callBytes, helloBytes } from 'cmdrpc/testing';
import { connect, serve, until } from './fixture.ts';

setFlagsFromString('--expose-gc');
const gc = runInNewContext('gc') as () => void;

/** Bytes that are still reachable, after whatever was about to go has gone. */
const reachable = async (): Promise<number> => {
  for (let turn = 0; turn < 4; turn += 1) {
    await new Promise((resolve) => setImmediate(resolve));
    gc();
  }
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
};

test('a hundred thousand calls, some of them cancelled, failed or late, leave the heap as it was', async (t) => {
  const { server, target } = await serve(t, {
    pay: () => {
      throw new Error('broken');
    },
    put: (_, ctx) => new Promise((resolve) => ctx.signal.addEventListener('abort', resolve)),
  });
  const client = connect(t, target, { breaker: { enabled: false } });
  const batch = async (): Promise<void> => {
    const controller = new AbortController();
    const calls: Promise<unknown>[] = [];
    for (let n = 0; n < 480; n += 1) calls.push(client.look({ n, text: 'x'.repeat(50) }));
    for (let n = 0; n < 10; n += 1) calls.push(client.pay.safe(n));
    for (let n = 0; n < 5; n += 1) calls.push(client.put.safe(n, { signal: controller.signal }));
    for (let n = 0; n < 5; n += 1) calls.push(client.happened.emit({ id: String(n) }));
    controller.abort();
    await Promise.all(calls);
  };
  for (let warm = 0; warm < 40; warm += 1) await batch();
  const before = await reachable();
  for (let round = 0; round < 200; round += 1) await batch();
  await until(() => server.stats().inFlight === 0, 'the handlers to end');
  const grown = (await reachable()) - before;
  assert.ok(grown < 3_000_000, `${grown} bytes more after 100 000 calls`);
  assert.equal(client.$.stats().endpoints[0]?.inFlight, 0);
});

test('connections that come and go leave nothing', async (t) => {
  const { server, port } = await serve(t);
  const greeting = Buffer.concat([helloBytes(), callBytes('look', 1, 'x'.repeat(1_000))]);
  // Bare sockets, because a raw peer is remembered by the test until its end.
  const visit = (): Promise<void> =>
    new Promise((resolve, reject) => {
      let bytes = 0;
      const socket = netConnect({ port, host: '127.0.0.1' }, () => socket.write(greeting));
      socket.on('error', reject);
      socket.on('close', () => resolve());
      socket.on('data', (chunk: Buffer) => {
        bytes += chunk.length;
        if (bytes > 1_000) socket.destroy();
      });
    });
  const visits = async (count: number): Promise<void> => {
    for (let done = 0; done < count; done += 20) await Promise.all(Array.from({ length: 20 }, visit));
    await until(() => server.stats().connections === 0, 'the connections to be gone');
  };
  await visits(500);
  const before = await reachable();
  await visits(3_000);
  const grown = (await reachable()) - before;
  assert.ok(grown < 3_000_000, `${grown} bytes more after 3 000 connections`);
});

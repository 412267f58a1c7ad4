import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { rawPeer } from 'cmdrpc/testing';
import { seeded } from '../../src/testing/seeded.ts';
import { connect, serve, until } from '../fixture.ts';
import { chunksOf, nativeInput, nestInput, type Random } from './inputs.ts';

setFlagsFromString('--expose-gc');
const gc = runInNewContext('gc') as () => void;

const reachable = async (): Promise<number> => {
  for (let turn = 0; turn < 4; turn += 1) {
    await new Promise((resolve) => setImmediate(resolve));
    gc();
  }
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
};

/** Sends one input in pieces and leaves, rudely or not; keeps nothing of it. */
const visit = async (port: number, random: Random): Promise<void> => {
  const ends: (() => unknown)[] = [];
  const peer = await rawPeer({ after: (end) => void ends.push(end) }, port);
  const bytes = random() < 0.5 ? nativeInput(random) : nestInput(random);
  for (const chunk of chunksOf(random, bytes).slice(0, 200)) peer.send(chunk);
  if (random() < 0.5) {
    peer.socket.end();
    await until(() => peer.closed, 'the server to end too');
  } else peer.socket.resetAndDestroy();
  for (const end of ends) end();
};

test('a live server outlives whatever is sent to it, serves others meanwhile, and its memory returns', async (t) => {
  const seed = Date.now() % 2 ** 31;
  t.diagnostic(`seed ${seed}`);
  const random = seeded(seed);
  const { server, port, target } = await serve(t);
  const client = connect(t, target);
  await client.$.ready();
  const visits = async (rounds: number): Promise<void> => {
    for (let round = 0; round < rounds; round += 1) {
      await Promise.all(Array.from({ length: 10 }, () => visit(port, random)));
      assert.equal(await client.pay(round), round, `seed ${seed}`);
    }
    await until(() => server.stats().connections === 1, `the visitors of seed ${seed} to be gone`);
    await until(() => server.stats().inFlight === 0, `the calls of seed ${seed} to end`);
  };
  await visits(15);
  const before = await reachable();
  await visits(30);
  const grown = (await reachable()) - before;
  assert.ok(grown < 4_000_000, `${grown} bytes more after 300 visits of seed ${seed}`);
});

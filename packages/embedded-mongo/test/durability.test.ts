import assert from 'node:assert/strict';
import { randomInt } from 'node:crypto';
import { join } from 'node:path';
import { it } from 'node:test';
import { MongoClient } from 'mongodb';
import { type ServerProcess, startProcess, stopProcess } from './server-process.ts';
import { temporaryFolder, until } from './support.ts';

const ROUNDS = 5;
const WRITERS = 8;

interface Counter {
  readonly _id: string;
  readonly n: number;
}

it('loses no acknowledged write when it is killed at a random moment, round after round', async (t) => {
  const path = join(await temporaryFolder(t), 'db.sqlite');
  const seed = randomInt(2 ** 31);
  t.diagnostic(`seed ${seed}`);
  const acknowledged = { inserts: new Set<string>(), counters: new Map<string, number>() };
  for (let round = 0; round < ROUNDS; round++) {
    const server = await startProcess(path);
    try {
      await assertAllThere(server, acknowledged, `seed ${seed}, round ${round}`);
      await writeUntilKilled(server, acknowledged, { round, writes: 20 + ((seed * (round + 1) * 7_919) % 300) });
    } finally {
      server.child.kill('SIGKILL');
    }
  }
  const server = await startProcess(path);
  await assertAllThere(server, acknowledged, `seed ${seed}, at the end`);
  assert.equal(await stopProcess(server.child, 'SIGTERM'), 0);
  assert.ok(acknowledged.inserts.size > ROUNDS * 20);
});

interface Acknowledged {
  readonly inserts: Set<string>;
  readonly counters: Map<string, number>;
}

async function writeUntilKilled(
  server: ServerProcess,
  acknowledged: Acknowledged,
  { round, writes }: { round: number; writes: number },
): Promise<void> {
  const client = new MongoClient(server.uri, { serverSelectionTimeoutMS: 300, connectTimeoutMS: 300 });
  const inserts = client.db('shop').collection<{ _id: string }>('inserts');
  const counters = client.db('shop').collection<Counter>('counters');
  let isDead = false;
  let done = 0;
  const writer = async (w: number): Promise<void> => {
    for (let i = 0; !isDead; i++) {
      const _id = `${round}-${w}-${i}`;
      await inserts.insertOne({ _id }, { writeConcern: { w: 'majority', j: true } });
      acknowledged.inserts.add(_id);
      const counter = await counters.findOneAndUpdate(
        { _id: `w${w}` },
        { $inc: { n: 1 } },
        { upsert: true, returnDocument: 'after' },
      );
      acknowledged.counters.set(`w${w}`, counter?.n ?? 0);
      done++;
    }
  };
  const writers = Array.from({ length: WRITERS }, (_, w) => writer(w));
  // The kill itself ends every writer with an error, which is the point.
  const ended = Promise.allSettled(writers);
  await until(() => done >= writes);
  server.child.kill('SIGKILL');
  isDead = true;
  await ended;
  await client.close();
}

async function assertAllThere(server: ServerProcess, { inserts, counters }: Acknowledged, when: string): Promise<void> {
  const client = new MongoClient(server.uri);
  const db = client.db('shop');
  const there = new Set((await db.collection<{ _id: string }>('inserts').find().toArray()).map(({ _id }) => _id));
  const lost = [...inserts].filter((id) => !there.has(id));
  assert.deepEqual(lost, [], `lost inserts, ${when}`);
  for (const [id, n] of counters) {
    const counter = await db.collection<Counter>('counters').findOne({ _id: id });
    // One write may have been done whose answer the kill swallowed.
    assert.ok(
      counter !== null && counter.n >= n && counter.n <= n + 1,
      `counter ${id} is ${counter?.n}, acknowledged ${n}, ${when}`,
    );
    counters.set(id, counter.n);
  }
  await client.close();
}

import assert from 'node:assert/strict';
import { it } from 'node:test';
import { Long } from 'mongodb';
import { connect, startServer, until } from './support.ts';

it('deletes documents of a TTL index when their time has come, and no others', async (t) => {
  let nowMs = Date.UTC(2026, 0, 1);
  const server = await startServer(t, { ttlSweepMs: 5, nowMs: () => nowMs });
  const things = connect(t, server.uri).db('shop').collection<{ _id: number; at?: unknown }>('things');
  await things.createIndex({ at: 1 }, { expireAfterSeconds: 60 });
  await things.insertMany([
    { _id: 1, at: new Date(nowMs - 61_000) },
    { _id: 2, at: new Date(nowMs - 30_000) },
    { _id: 3, at: 'not a date' },
    { _id: 4 },
    { _id: 5, at: [new Date(nowMs + 900_000), new Date(nowMs - 61_000)] },
  ]);
  const left = async (): Promise<number[]> => (await things.find().sort({ _id: 1 }).toArray()).map(({ _id }) => _id);
  await until(async () => (await left()).length === 3);
  assert.deepEqual(await left(), [2, 3, 4]);
  nowMs += 31_000;
  await until(async () => (await left()).length === 2);
  assert.deepEqual(await left(), [3, 4]);
});

it('deletes expired documents only where a partial index holds them', async (t) => {
  const server = await startServer(t, { ttlSweepMs: 5 });
  const things = connect(t, server.uri).db('shop').collection<{ _id: number; at: Date; done: boolean }>('things');
  await things.createIndex({ at: -1 }, { expireAfterSeconds: 0, partialFilterExpression: { done: true } });
  await things.insertMany([
    { _id: 1, at: new Date(0), done: false },
    { _id: 2, at: new Date(0), done: true },
  ]);
  await until(async () => (await things.countDocuments()) === 1);
  assert.equal((await things.findOne())?._id, 1);
});

it('closes a cursor nobody reads from', async (t) => {
  let nowMs = Date.now();
  const server = await startServer(t, { ttlSweepMs: 5, nowMs: () => nowMs, limits: { cursorIdleMs: 60_000 } });
  const db = connect(t, server.uri).db('shop');
  await db.collection<{ _id: number }>('things').insertMany([{ _id: 1 }, { _id: 2 }, { _id: 3 }]);
  const { cursor } = await db.command({ find: 'things', batchSize: 1 }, { promoteLongs: false });
  nowMs += 61_000;
  await until(async () => (await db.command({ serverStatus: 1 })).metrics.cursor.open.total === 0);
  await assert.rejects(db.command({ getMore: cursor.id, collection: 'things' }), { code: 43 });
});

it('forgets the retryable writes of a session that stayed silent', async (t) => {
  let nowMs = Date.now();
  const server = await startServer(t, { ttlSweepMs: 5, nowMs: () => nowMs });
  const client = connect(t, server.uri, { maxPoolSize: 1 });
  const db = client.db('shop');
  const session = client.startSession();
  t.after(() => session.endSession());
  const command = {
    update: 'c',
    updates: [{ q: { _id: 1 }, u: { $inc: { n: 1 } }, upsert: true }],
    txnNumber: Long.fromNumber(1),
  };
  await db.command(command, { session });
  await db.command(command, { session });
  nowMs += 1_800_001;
  // Sent again after its session timed out, the write is a new one.
  await until(async () => (await db.command(command, { session })).nModified === 1);
});

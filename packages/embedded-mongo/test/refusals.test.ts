import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { Db, Document } from 'mongodb';
import { connect, startServer } from './support.ts';

/** What MongoDB can and this server cannot: each says so and names it. */
const NOT_IMPLEMENTED: Readonly<Record<string, (db: Db) => Promise<unknown>>> = {
  $where: (db) => db.collection('c').findOne({ $where: 'true' }),
  $function: (db) =>
    db
      .collection('c')
      .aggregate([{ $project: { x: { $function: { body: 'x', args: [], lang: 'js' } } } }])
      .toArray(),
  $accumulator: (db) =>
    db
      .collection('c')
      .aggregate([{ $group: { _id: 1, x: { $accumulator: {} } } }])
      .toArray(),
  $expr: (db) => db.collection('c').findOne({ $expr: { $function: { body: 'x', args: [], lang: 'js' } } }),
  $jsonSchema: (db) => db.collection('c').findOne({ $jsonSchema: {} }),
  $lookup: (db) =>
    db
      .collection('c')
      .aggregate([{ $lookup: {} }])
      .toArray(),
  $out: (db) =>
    db
      .collection('c')
      .aggregate([{ $out: 'x' }])
      .toArray(),
  pipeline: (db) => db.collection('c').updateOne({}, [{ $set: { a: 1 } }]),
  positional: (db) => db.collection('c').updateOne({ _id: 1 } as Document, { $set: { 'a.$': 1 } }),
  collation: (db) =>
    db
      .collection('c')
      .find({}, { collation: { locale: 'ko' } })
      .toArray(),
  text: (db) => db.collection('c').createIndex({ a: 'text' }),
  snapshot: (db) =>
    db
      .collection('c')
      .find({}, { readConcern: { level: 'snapshot' } })
      .toArray(),
  tailable: (db) => db.command({ find: 'c', tailable: true }),
  computed: (db) => db.collection('c').findOne({}, { projection: { x: '$y' } }),
};

it('refuses what it does not implement by name, with code 238', async (t) => {
  const db = connect(t, (await startServer(t)).uri).db('shop');
  await db.collection('c').insertOne({ _id: 1, a: [1] } as Document);
  for (const [name, call] of Object.entries(NOT_IMPLEMENTED)) {
    const named = name === '$expr' ? '$function' : name;
    await assert.rejects(
      call(db),
      (error: Error & { code?: number }) => error.code === 238 && error.message.includes(named),
      name,
    );
  }
  assert.deepEqual(await db.collection('c').find().toArray(), [{ _id: 1, a: [1] }]);
});

it('refuses transactions once and for all', async (t) => {
  const client = connect(t, (await startServer(t)).uri);
  const session = client.startSession();
  t.after(() => session.endSession());
  const collection = client.db('shop').collection('c');
  session.startTransaction();
  await assert.rejects(collection.insertOne({ a: 1 }, { session }), {
    code: 263,
    message: /transactions are not supported/,
  });
  await session.abortTransaction();
  assert.equal(await collection.countDocuments(), 0);
});

it('refuses to create a collection twice', async (t) => {
  const db = connect(t, (await startServer(t)).uri).db('shop');
  await db.createCollection('c');
  await assert.rejects(db.createCollection('c'), { code: 48 });
});

it('refuses unknown index options and fields of statements by name', async (t) => {
  const db = connect(t, (await startServer(t)).uri).db('shop');
  const index = { createIndexes: 'c', indexes: [{ key: { a: 1 }, name: 'a', noSuch: 1 }] };
  await assert.rejects(db.command(index), { code: 197, message: /noSuch/ });
  const update = { update: 'c', updates: [{ q: {}, u: { $set: { a: 1 } }, noSuch: 1 }] };
  const { writeErrors } = await db.command(update);
  assert.match(writeErrors[0].errmsg, /noSuch/);
  assert.equal(writeErrors[0].code, 40415);
});

it('refuses a document above the limit and leaves no trace', async (t) => {
  const server = await startServer(t, { limits: { maxDocumentBytes: 1_000 } });
  const collection = connect(t, server.uri).db('shop').collection<{ _id: number; text?: string }>('c');
  await collection.insertOne({ _id: 1 });
  await assert.rejects(collection.updateOne({ _id: 1 }, { $set: { text: 'x'.repeat(2_000) } }), { code: 10334 });
  assert.deepEqual(await collection.find().toArray(), [{ _id: 1 }]);
});

it('refuses cursors above the limit', async (t) => {
  const server = await startServer(t, { limits: { maxCursors: 2 } });
  const db = connect(t, server.uri).db('shop');
  await db.collection('c').insertMany([{}, {}, {}]);
  const open = (): Promise<Document> => db.command({ find: 'c', batchSize: 1 });
  await open();
  await open();
  await assert.rejects(open(), { code: 146, message: /the limit is 2/ });
});

it('refuses a sort that would not fit in memory', async (t) => {
  const server = await startServer(t, { limits: { maxWorkingSetBytes: 5_000 } });
  const collection = connect(t, server.uri).db('shop').collection('c');
  await collection.insertMany(Array.from({ length: 20 }, (_, i) => ({ n: i, text: 'x'.repeat(500) })));
  await assert.rejects(collection.find().sort({ n: 1 }).toArray(), { code: 292 });
  await collection.createIndex({ n: 1 });
  assert.equal((await collection.find().sort({ n: 1 }).toArray()).length, 20);
});

it('refuses sessions above the limit', async (t) => {
  const server = await startServer(t, { limits: { maxSessions: 1 } });
  const client = connect(t, server.uri);
  const write = async (): Promise<void> => {
    const session = client.startSession();
    t.after(() => session.endSession());
    await client.db('shop').collection('c').insertOne({}, { session });
  };
  await write();
  await assert.rejects(write(), { code: 261 });
});

import assert from 'node:assert/strict';
import { it } from 'node:test';
import { connect, startServer } from './support.ts';

it('serves a client however the connection string is put', async (t) => {
  const { port } = await startServer(t);
  const strings = [
    `mongodb://127.0.0.1:${port}/shop`,
    `mongodb://localhost:${port}/shop`,
    `mongodb://127.0.0.1:${port}/shop?replicaSet=embedded`,
    `mongodb://127.0.0.1:${port}/shop?directConnection=true`,
    `mongodb://127.0.0.1:${port}/shop?retryWrites=false&w=majority&journal=true&readPreference=secondaryPreferred`,
    `mongodb://127.0.0.1:${port}/shop?maxPoolSize=50&waitQueueTimeoutMS=1000&socketTimeoutMS=10000&readConcernLevel=majority`,
  ];
  for (const [i, string] of strings.entries()) {
    const collection = connect(t, string).db().collection('c');
    await collection.insertOne({ i });
    assert.equal(await collection.countDocuments(), i + 1, string);
  }
});

it('takes unacknowledged writes without an answer', async (t) => {
  const collection = connect(t, (await startServer(t)).uri, { maxPoolSize: 1 })
    .db('shop')
    .collection('c');
  const { acknowledged } = await collection.insertOne({ a: 1 }, { writeConcern: { w: 0 } });
  assert.equal(acknowledged, false);
  assert.equal(await collection.countDocuments(), 1);
});

it('serves sixty clients at once through one pool', async (t) => {
  const { uri } = await startServer(t);
  const collection = connect(t, uri, { maxPoolSize: 50, waitQueueTimeoutMS: 5_000 }).db('shop').collection('c');
  await Promise.all(Array.from({ length: 60 }, (_, i) => collection.insertOne({ i })));
  assert.equal(await collection.countDocuments(), 60);
});

import assert from 'node:assert/strict';
import { it } from 'node:test';
import { connect, startServer } from './support.ts';

interface Order {
  readonly _id: string;
  readonly status: string;
  readonly version: number;
  readonly history: readonly number[];
}

it('lets exactly one of 100 parallel compare-and-set updates win each version', async (t) => {
  const server = await startServer(t);
  const orders = connect(t, server.uri, { maxPoolSize: 50 }).db('shop').collection<Order>('orders');
  await orders.insertOne({ _id: 'o', status: 'created', version: 0, history: [] });
  for (let version = 0; version < 5; version++) {
    const attempts = Array.from({ length: 100 }, (_, by) =>
      orders.findOneAndUpdate(
        { _id: 'o', status: 'created', version },
        { $inc: { version: 1 }, $push: { history: by } },
        { returnDocument: 'after' },
      ),
    );
    const winners = (await Promise.all(attempts)).filter((order) => order !== null);
    assert.equal(winners.length, 1, `version ${version}`);
    assert.equal(winners[0]?.version, version + 1);
  }
  const order = await orders.findOne({ _id: 'o' });
  assert.equal(order?.history.length, 5);
});

it('lets exactly one of 100 parallel inserts of a unique key in', async (t) => {
  const server = await startServer(t);
  const keys = connect(t, server.uri, { maxPoolSize: 50 }).db('shop').collection<{ _id: number; key: string }>('keys');
  await keys.createIndex({ key: 1 }, { unique: true });
  const results = await Promise.allSettled(
    Array.from({ length: 100 }, (_, i) => keys.insertOne({ _id: i, key: 'same' })),
  );
  assert.equal(results.filter(({ status }) => status === 'fulfilled').length, 1);
  for (const result of results) if (result.status === 'rejected') assert.equal(result.reason.code, 11000);
});

it('counts every one of many parallel increments', async (t) => {
  const server = await startServer(t);
  const counters = connect(t, server.uri).db('shop').collection<{ _id: string; n: number }>('counters');
  await Promise.all(
    Array.from({ length: 200 }, () => counters.updateOne({ _id: 'c' }, { $inc: { n: 1 } }, { upsert: true })),
  );
  assert.equal((await counters.findOne({ _id: 'c' }))?.n, 200);
});

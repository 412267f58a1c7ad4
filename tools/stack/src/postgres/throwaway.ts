import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createGuard } from '../guard/guard.ts';
import { choosePorts } from '../ports/ports.ts';
import { Part } from '../process/part.ts';
import { postgresPart, postgresUrl } from './server.ts';

/** A PostgreSQL that is thrown away: for a whole run of tests, which each make their own database in it. */
export interface ThrowawayPostgres {
  /** The administrator's URL. */
  readonly url: string;
  /** Stops it and deletes its files. */
  stop(): Promise<void>;
}

// A crash of the machine loses it, and nobody minds.
const NOT_DURABLE = { fsync: 'off', full_page_writes: 'off', synchronous_commit: 'off', max_connections: '300' };

/** Boots an empty server on a free port, with its files in a temporary directory. */
export async function startThrowawayPostgres(): Promise<ThrowawayPostgres> {
  const home = await mkdtemp(join(tmpdir(), 'shop-postgres-'));
  const logs = join(home, 'logs');
  await mkdir(logs);
  const { port } = await choosePorts({
    port: { variable: 'POSTGRES_PORT', what: 'PostgreSQL', host: '127.0.0.1', port: 0 },
  });
  const password = randomBytes(16).toString('hex');
  const onEvent = (): void => {};
  const guard = createGuard(join(home, 'guard.lock'), { logDirectory: logs, onEvent });
  const cluster = { directory: join(home, 'data'), password, port, settings: NOT_DURABLE };
  const server = new Part(await postgresPart(cluster), { logDirectory: logs, pids: guard.pids, onEvent });
  await guard.part.start();
  await server.start();
  return {
    url: postgresUrl(cluster, 'postgres'),
    stop: async () => {
      await server.stop();
      await guard.part.stop();
      await rm(home, { recursive: true, force: true });
    },
  };
}

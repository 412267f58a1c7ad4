import { accountFor, type Invocation, invocation } from './as-account.ts';
import { postgresBinaries } from './binaries.ts';
import { POSTGRES_USER } from './cluster.ts';

export interface ServerOptions {
  readonly directory: string;
  readonly port: number;
  /** Further settings of postgresql.conf. */
  readonly settings?: Readonly<Record<string, string>>;
}

// On the loopback and nowhere else: a socket file would need a directory that is short enough and writable.
const SETTINGS = { listen_addresses: '127.0.0.1', unix_socket_directories: '', timezone: 'UTC', log_timezone: 'UTC' };

/** The command that serves a cluster in the foreground; SIGINT stops it without waiting for its clients. */
export async function serverCommand({ directory, port, settings }: ServerOptions): Promise<Invocation> {
  const { postgres } = await postgresBinaries();
  const given = Object.entries({ ...SETTINGS, ...settings }).flatMap(([key, value]) => ['-c', `${key}=${value}`]);
  return invocation(await accountFor(directory), postgres, ['-D', directory, '-p', String(port), ...given], directory);
}

/** The URL of a database on an embedded server, as its administrator. */
export function embeddedUrl(port: number, password: string, database: string): string {
  return `postgres://${POSTGRES_USER}:${password}@127.0.0.1:${port}/${database}`;
}

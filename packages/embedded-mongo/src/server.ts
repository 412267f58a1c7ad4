import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { GroupCommit } from './engine/group-commit.ts';
import { startSweeper } from './engine/sweeper.ts';
import { DEFAULT_LIMITS, type Limits } from './limits.ts';
import { type Logger, SILENT_LOGGER } from './logger.ts';
import { Database } from './storage/database.ts';
import { createStore } from './storage/store.ts';
import { serveConnection } from './wire/connection.ts';

export interface EmbeddedMongoOptions {
  /** SQLite file, or a directory to keep one in. Made when missing. */
  readonly path: string;
  /** Address to listen on. Default 127.0.0.1: there is no authentication. */
  readonly host?: string;
  /** TCP port; 0 picks a free one. Default 0. */
  readonly port?: number;
  readonly logger?: Logger;
  /** Milliseconds between two sweeps of expired documents, cursors and sessions. Default 60 000, as MongoDB's. */
  readonly ttlSweepMs?: number;
  /** Bounds that differ from the defaults. */
  readonly limits?: Partial<Limits>;
  /** Milliseconds since the epoch. Default Date.now. */
  readonly nowMs?: () => number;
}

export interface EmbeddedMongo {
  /** `mongodb://host:port`, without a database. */
  readonly uri: string;
  readonly port: number;
  /** Finishes the commands that arrived, closes the connections and the file. */
  readonly close: () => Promise<void>;
}

/**
 * Starts the embedded document server: MongoDB's wire protocol over one SQLite file. For development only.
 * @throws {Error} when another process has the file open, or the port is taken (`code` EADDRINUSE).
 */
export async function startEmbeddedMongo(options: EmbeddedMongoOptions): Promise<EmbeddedMongo> {
  const { path, host = '127.0.0.1', port = 0, logger = SILENT_LOGGER, ttlSweepMs = 60_000, nowMs = Date.now } = options;
  const limits = { ...DEFAULT_LIMITS, ...options.limits };
  const database = Database.open(path);
  const store = createStore(database, limits, nowMs);
  const engine = new GroupCommit(store);
  const sockets = new Set<Socket>();
  let lastConnectionId = 0;

  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    serveConnection({ id: ++lastConnectionId, socket, store, engine, logger });
  });
  server.maxConnections = limits.maxConnections;
  server.on('drop', () => logger.warn('connection refused', { maxConnections: limits.maxConnections }));
  try {
    server.listen({ host, port });
    await once(server, 'listening');
  } catch (cause) {
    database.close();
    throw cause;
  }
  server.on('error', (cause) => logger.error('listener failed', { err: cause.message }));
  const stopSweeper = startSweeper(store, engine, logger, ttlSweepMs);
  // A server without a host in its address (a pipe) is never made here.
  const bound = server.address() as AddressInfo;
  const uri = `mongodb://${host.includes(':') ? `[${host}]` : host}:${bound.port}`;
  logger.info('listening', { host, port: bound.port, path });

  let closing: Promise<void> | undefined;
  return { uri, port: bound.port, close: () => (closing ??= stop()) };

  async function stop(): Promise<void> {
    const closed = once(server, 'close');
    server.close();
    await stopSweeper();
    engine.close();
    // After the answers of the last commands were handed to the sockets.
    await new Promise((resolve) => setImmediate(resolve));
    for (const socket of sockets) socket.destroySoon();
    // A peer that does not read its last replies must not hold the process.
    const impatience = setTimeout(() => {
      for (const socket of sockets) socket.destroy();
    }, 1_000);
    await closed;
    clearTimeout(impatience);
    database.close();
  }
}

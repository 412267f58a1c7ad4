import { setTimeout as wait } from 'node:timers/promises';
import type { MongoClient } from 'mongodb';

/**
 * Milliseconds that one look of the driver's monitor may take: its own bounds (3 s to connect, 2 s to wait) and room.
 */
const MAX_HEARTBEAT_MS = 7_000;
/** Between two tries to connect anew, each of which takes the driver's own time to find that nobody is there. */
const RECONNECT_AFTER_MS = 500;

/**
 * Keeps a client connected that the driver (7.9) would leave for dead, so that a database that comes back is found
 * without a restart. Its monitor may write to a socket that closes at that very moment and then waits for ever: such a
 * client is closed. And a client that failed to connect once stays closed, every operation on it failing: whenever one
 * was closed it is connected anew, as often as it takes.
 * Returns what ends the watch; call it before closing the client for good.
 */
export const watchMonitor = (client: MongoClient, maxHeartbeatMs = MAX_HEARTBEAT_MS): (() => void) => {
  let timer: NodeJS.Timeout | undefined;
  let isConnecting = false;
  const ended = new AbortController();
  const clear = (): void => clearTimeout(timer);

  const connect = async (): Promise<void> => {
    if (isConnecting) return;
    isConnecting = true;
    while (!ended.signal.aborted) {
      try {
        await client.connect();
        break;
      } catch {
        // Until then every operation says that the database is away.
        await wait(RECONNECT_AFTER_MS, undefined, { signal: ended.signal, ref: false }).catch(() => undefined);
      }
    }
    isConnecting = false;
  };

  const begin = (): void => {
    clear();
    if (ended.signal.aborted) return;
    timer = setTimeout(() => {
      // What goes on when it is closed connects it again.
      client.close(true).catch(() => undefined);
    }, maxHeartbeatMs).unref();
  };
  client.on('serverHeartbeatStarted', begin);
  client.on('serverHeartbeatSucceeded', clear);
  client.on('serverHeartbeatFailed', clear);
  client.on('topologyClosed', () => void connect());
  return () => {
    ended.abort();
    clear();
  };
};

import type { MongoClient } from 'mongodb';

/**
 * Milliseconds that one look of the driver's monitor may take: its own bounds (3 s to connect, 2 s to wait) and room.
 */
const MAX_HEARTBEAT_MS = 7_000;

/**
 * Connects a client anew whose monitor has stopped looking. The driver (7.9) may write to a monitoring socket that closes
 * at that very moment and then waits for ever, so that a database that came back would not be found without a restart.
 * Returns what ends the watch.
 */
export const watchMonitor = (client: MongoClient): (() => void) => {
  let timer: NodeJS.Timeout | undefined;
  let isEnded = false;
  const clear = (): void => clearTimeout(timer);
  const reconnect = async (): Promise<void> => {
    try {
      await client.close(true);
      if (!isEnded) await client.connect();
    } catch {
      // The next operation connects; that it fails until then is said where it is asked for.
    }
  };
  const begin = (): void => {
    clear();
    if (!isEnded) timer = setTimeout(() => void reconnect(), MAX_HEARTBEAT_MS).unref();
  };
  client.on('serverHeartbeatStarted', begin);
  client.on('serverHeartbeatSucceeded', clear);
  client.on('serverHeartbeatFailed', clear);
  return () => {
    isEnded = true;
    clear();
  };
};

import { setTimeout as wait } from 'node:timers/promises';
import type { Logger } from '@shop/kit';

/** Milliseconds between two tries at a database that is not up yet. */
const RETRY_MS = 2_000;

/**
 * Prepares the database, however long it takes to come up, so that a process does not die with it and needs no restart.
 * `isDone` says whether it is; the loop ends with `signal`.
 */
export const keepPreparing = (
  prepare: () => Promise<void>,
  { logger, signal }: { readonly logger: Logger; readonly signal: AbortSignal },
): { isDone(): boolean } => {
  let done = false;
  const run = async (): Promise<void> => {
    while (!signal.aborted) {
      try {
        await prepare();
        done = true;
        return;
      } catch (err) {
        logger.warn({ err, retryMs: RETRY_MS }, 'order database not prepared yet');
        await wait(RETRY_MS, undefined, { signal, ref: false }).catch(() => undefined);
      }
    }
  };
  void run();
  return { isDone: () => done };
};

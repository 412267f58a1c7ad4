import type { Logger } from '@shop/kit';
import type { Sessions } from './store/sessions.ts';
import type { Tries } from './store/tries.ts';

const HOUR_MS = 60 * 60 * 1_000;
/** Rows a statement: it ends well within a statement's time and holds its locks shortly. */
const BATCH = 1_000;

export interface HousekeepingOptions {
  readonly sessions: Pick<Sessions, 'forgetExpired' | 'forgetRevoked'>;
  readonly tries: Pick<Tries, 'forget'>;
  readonly logger: Pick<Logger, 'info' | 'warn'>;
  readonly now: () => Date;
}

/**
 * Forgets what means nothing any more, now and every hour, in batches. Several instances may do so at once.
 * @returns what stops it, after the batch that runs.
 */
export function startHousekeeping(options: HousekeepingOptions): () => Promise<void> {
  const stopping = new AbortController();
  let running = Promise.resolve();
  const sweep = (): void => {
    running = running
      .then(() => forgetAll(options, stopping.signal))
      // The next hour tries again; nothing depends on it but disk space.
      .catch((err: unknown) => options.logger.warn({ err }, 'housekeeping failed'));
  };
  const timer = setInterval(sweep, HOUR_MS);
  sweep();
  return async () => {
    clearInterval(timer);
    stopping.abort();
    await running;
  };
}

async function forgetAll({ sessions, tries, logger, now }: HousekeepingOptions, signal: AbortSignal): Promise<void> {
  // An hour late: another instance's clock may lag, and a revoked session's access tokens are told so while they live.
  const before = new Date(now().getTime() - HOUR_MS);
  const expired = await inBatches((limit) => sessions.forgetExpired(before, limit), signal);
  const revoked = await inBatches((limit) => sessions.forgetRevoked(before, limit), signal);
  const counted = await inBatches((limit) => tries.forget(before, limit), signal);
  if (expired + revoked + counted > 0) logger.info({ expired, revoked, tries: counted }, 'old rows forgotten');
}

async function inBatches(forget: (limit: number) => Promise<number>, signal: AbortSignal): Promise<number> {
  let total = 0;
  for (let gone = BATCH; gone === BATCH && !signal.aborted; total += gone) gone = await forget(BATCH);
  return total;
}

import type { Logger } from '@shop/kit';
import type { Sessions } from './store/sessions.ts';

const EVERY_MS = 60 * 60 * 1_000;

export interface HousekeepingOptions {
  readonly sessions: Sessions;
  readonly logger: Pick<Logger, 'warn'>;
  readonly now: () => Date;
}

/** Forgets expired sessions now and every hour, since each login adds rows. @returns what stops it. */
export function startHousekeeping({ sessions, logger, now }: HousekeepingOptions): () => Promise<void> {
  let running = Promise.resolve();
  const sweep = (): void => {
    running = sessions
      .forgetExpired(now())
      // The next hour tries again; nothing depends on it but disk space.
      .catch((err: unknown) => logger.warn({ err }, 'expired sessions not forgotten'));
  };
  const timer = setInterval(sweep, EVERY_MS);
  sweep();
  return async () => {
    clearInterval(timer);
    await running;
  };
}

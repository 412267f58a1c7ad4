import type { Logger } from '../logger.ts';
import type { Store } from '../storage/store.ts';
import { deleteExpired } from '../storage/ttl.ts';
import type { GroupCommit } from './group-commit.ts';

/** Stops the sweeper; a pass under way is waited for. */
export type StopSweeper = () => Promise<void>;

/** Removes what has outlived itself every `intervalMs`: documents of TTL indexes, idle cursors, forgotten sessions. */
export function startSweeper(store: Store, engine: GroupCommit, logger: Logger, intervalMs: number): StopSweeper {
  let isStopped = false;
  let pass: Promise<void> | undefined;
  const timer = setInterval(() => {
    // A pass that takes longer than the interval is not started twice.
    pass ??= sweep()
      .catch((cause: unknown) => logger.error('sweep failed', { err: String(cause) }))
      .finally(() => {
        pass = undefined;
      });
  }, intervalMs);

  async function sweep(): Promise<void> {
    for (let more = !isStopped; more && !isStopped; ) more = await engine.run(() => deleteExpired(store));
    if (isStopped) return;
    await engine.run(() => {
      store.cursors.closeIdle();
      store.retryableWrites.forgetIdle(store.nowMs() - store.limits.sessionIdleMs);
    });
  }

  return async () => {
    isStopped = true;
    clearInterval(timer);
    await pass;
  };
}

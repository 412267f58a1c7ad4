import cluster, { type Worker } from 'node:cluster';
import { once } from 'node:events';
import { type App, StartError } from '../lifecycle.ts';
import type { Logger } from '../logger.ts';
import { readyFieldsOf } from './ready-message.ts';

/** Milliseconds until a worker that ended is replaced: at once when it had run for long, else doubling up to a limit. */
const FIRST_RESTART_MS = 250;
const LONGEST_RESTART_MS = 10_000;
const LONG_RUN_MS = 30_000;

export interface SuperviseOptions {
  readonly app: App;
  /** Workers to be kept. */
  readonly count: number;
  readonly logger: Logger;
}

/**
 * Keeps so many copies of this process as workers that share its ports, and does no work of its own. Resolves to what
 * the first one said when it was ready, once all are. A worker that ends is replaced, and said so. When this process
 * stops, each of them is told to and waited for; should it be killed, they end by themselves.
 * @throws {StartError} when one does not start; it has said why.
 */
export async function superviseWorkers({ app, count, logger }: SuperviseOptions): Promise<object> {
  const live = new Set<Worker>();
  const restarts = new Set<NodeJS.Timeout>();
  let isComplete = false;
  let failures = 0;

  const start = async (): Promise<object> => {
    const worker = cluster.fork();
    const startedMs = performance.now();
    live.add(worker);
    const ready = Promise.withResolvers<object>();
    let isReady = false;
    logger.info({ worker: worker.id, pid: worker.process.pid }, 'worker started');
    worker.on('message', (message: unknown) => {
      const fields = readyFieldsOf(message);
      if (fields === undefined) return;
      isReady = true;
      ready.resolve(fields);
    });
    worker.once('exit', (code: number | null, signal: string | null) => {
      live.delete(worker);
      ready.reject(new StartError('a worker did not start'));
      // Before all are up, one that cannot start is a start that failed.
      if (app.signal.aborted || !(isReady || isComplete)) return;
      failures = performance.now() - startedMs > LONG_RUN_MS ? 0 : failures + 1;
      const restartMs = failures === 0 ? 0 : Math.min(LONGEST_RESTART_MS, FIRST_RESTART_MS * 2 ** (failures - 1));
      logger.error(
        { worker: worker.id, pid: worker.process.pid, code, signal, restartMs },
        'worker ended: another takes its place',
      );
      replaceIn(restartMs);
    });
    return ready.promise;
  };

  const replaceIn = (ms: number): void => {
    const timer = setTimeout(() => {
      restarts.delete(timer);
      // One that ends before it is ready is replaced like any other.
      start().then(
        () => logger.info({ workers: live.size }, 'worker replaced'),
        () => undefined,
      );
    }, ms);
    restarts.add(timer);
  };

  // Operators send it to the process they know; renewed certificates are the workers' to read.
  const passOn = (): void => {
    for (const { process: child } of live) child.kill('SIGHUP');
  };
  process.on('SIGHUP', passOn);

  app.onStop('workers', async () => {
    process.off('SIGHUP', passOn);
    for (const timer of restarts) clearTimeout(timer);
    const codes = await Promise.all([...live].map(stopped));
    const failed = codes.filter((code) => code !== 0).length;
    if (failed > 0) throw new Error(`${failed} of ${codes.length} workers did not stop cleanly`);
  });

  // The first one alone: what is wrong with the environment or a port is then said once.
  const fields = await start();
  await Promise.all(Array.from({ length: count - 1 }, start));
  isComplete = true;
  return { ...fields, workers: count };
}

/** Tells a worker to stop; resolves to its exit code, or to 0 for one that had not begun its work. */
const stopped = async (worker: Worker): Promise<number> => {
  const exit = once(worker, 'exit');
  worker.process.kill('SIGTERM');
  const [code, signal] = await exit;
  return signal === 'SIGTERM' ? 0 : Number(code ?? 1);
};

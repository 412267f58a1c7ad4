import { CommandError } from '../errors.ts';
import type { Store } from '../storage/store.ts';

interface Job {
  readonly work: () => Outcome;
  readonly settle: (outcome: Outcome) => void;
}

type Outcome = { readonly tag: 'done'; readonly value: unknown } | { readonly tag: 'failed'; readonly cause: unknown };

/** Commands of one commit at most: a long batch would keep the first of it waiting for the last. */
const MAX_BATCH = 256;

/**
 * Runs commands one after the other, and makes all that arrive in one turn of the event loop durable with one commit.
 * Nobody is answered before the commit is on disk. That is also what makes every command atomic towards the others.
 */
export class GroupCommit {
  readonly #store: Store;
  #queue: Job[] = [];
  #isScheduled = false;
  #isClosed = false;

  constructor(store: Store) {
    this.#store = store;
  }

  /** Runs `work` in its turn; what it wrote is undone if it throws, on disk when the promise resolves. */
  async run<T>(work: () => T): Promise<T> {
    if (this.#isClosed) {
      // The label makes drivers send the write again, to the process that comes after this one.
      throw new CommandError('ShutdownInProgress', 'the server is in quiesce mode and will shut down', {
        errorLabels: ['RetryableWriteError'],
      });
    }
    return new Promise<T>((resolve, reject) => {
      this.#queue.push({
        work: () => this.#guarded(work),
        settle: (outcome) => {
          if (outcome.tag === 'failed') reject(outcome.cause);
          // The value is what `work` of this very job returned.
          else resolve(outcome.value as T);
        },
      });
      this.#schedule();
    });
  }

  /** Finishes what is queued and takes nothing more. */
  close(): void {
    this.#isClosed = true;
    while (this.#queue.length > 0) this.#drain();
  }

  #schedule(): void {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    // After the I/O callbacks of this turn: everything the sockets delivered shares the commit.
    setImmediate(() => {
      this.#isScheduled = false;
      this.#drain();
      if (this.#queue.length > 0) this.#schedule();
    });
  }

  #drain(): void {
    const jobs = this.#queue.splice(0, MAX_BATCH);
    if (jobs.length === 0) return;
    const { database, catalog } = this.#store;
    let outcomes: Outcome[];
    try {
      database.exec('BEGIN');
      outcomes = jobs.map(({ work }) => work());
      database.exec('COMMIT');
      catalog.committed();
    } catch (cause) {
      // Nothing of the batch is on disk, so none of it may be acknowledged, the reads of its writes included.
      if (database.inTransaction) database.exec('ROLLBACK');
      catalog.rolledBack();
      outcomes = jobs.map(() => ({ tag: 'failed', cause }));
    }
    for (const [i, job] of jobs.entries()) {
      const outcome = outcomes[i];
      if (outcome !== undefined) job.settle(outcome);
    }
  }

  #guarded(work: () => unknown): Outcome {
    const { database, catalog } = this.#store;
    database.prepare('SAVEPOINT command').run();
    try {
      const value = work();
      database.prepare('RELEASE command').run();
      return { tag: 'done', value };
    } catch (cause) {
      // SQLite itself rolls everything back on a full disk or an I/O error: then the whole batch fails.
      if (!database.inTransaction) throw cause;
      database.prepare('ROLLBACK TO command').run();
      database.prepare('RELEASE command').run();
      catalog.rolledBack();
      return { tag: 'failed', cause };
    }
  }
}

import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { inTransaction } from './database.ts';

type Outcome = { readonly tag: 'done'; readonly value: unknown } | { readonly tag: 'failed'; readonly cause: unknown };

interface Job {
  readonly work: () => unknown;
  readonly settle: (outcome: Outcome) => void;
}

/**
 * Makes all that is decided in one turn of the event loop durable with one commit: a flush of the disk takes longer than
 * hundreds of decisions. Nobody is answered before the commit is on disk.
 */
export class GroupCommit {
  readonly #database: DatabaseSync;
  readonly #begin: StatementSync;
  readonly #keep: StatementSync;
  readonly #undo: StatementSync;
  #waiting: Job[] = [];

  constructor(database: DatabaseSync) {
    this.#database = database;
    this.#begin = database.prepare('SAVEPOINT job');
    this.#keep = database.prepare('RELEASE job');
    this.#undo = database.prepare('ROLLBACK TO job');
  }

  /** Runs `work` in its turn; what it wrote is undone when it throws, and on disk when the promise resolves. */
  run<T>(work: () => T): Promise<T> {
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    this.#waiting.push({
      work,
      settle: (outcome) => {
        if (outcome.tag === 'failed') reject(outcome.cause);
        // What this very job's work returned.
        else resolve(outcome.value as T);
      },
    });
    // After the I/O callbacks of this turn: whatever the sockets delivered shares the commit.
    if (this.#waiting.length === 1) setImmediate(() => this.#commit());
    return promise;
  }

  #commit(): void {
    const jobs = this.#waiting;
    this.#waiting = [];
    let outcomes: Outcome[];
    try {
      outcomes = inTransaction(this.#database, () => jobs.map(({ work }) => this.#attempt(work)));
    } catch (cause) {
      // Nothing of it is on disk, so none of it may be answered.
      outcomes = jobs.map(() => ({ tag: 'failed', cause }));
    }
    for (const [i, outcome] of outcomes.entries()) jobs[i]?.settle(outcome);
  }

  #attempt(work: () => unknown): Outcome {
    this.#begin.run();
    try {
      const value = work();
      this.#keep.run();
      return { tag: 'done', value };
    } catch (cause) {
      // SQLite rolls everything back by itself on a full disk: then nobody's work is left.
      if (!this.#database.isTransaction) throw cause;
      this.#undo.run();
      this.#keep.run();
      return { tag: 'failed', cause };
    }
  }
}

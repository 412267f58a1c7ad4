import { CommandError } from '../errors.ts';
import { blob } from './catalog.ts';
import type { Database } from './database.ts';

/** Which write of which session a command is, so that the same one sent again is answered and not done again. */
export interface WriteIdentity {
  readonly session: Uint8Array;
  readonly txn: number;
  readonly statement: number;
  readonly command: string;
}

/** The last retryable write of every session with its answer, stored in the same transaction as the write itself. */
export class RetryableWrites {
  readonly #database: Database;
  readonly #maxSessions: number;

  constructor(database: Database, maxSessions: number) {
    this.#database = database;
    this.#maxSessions = maxSessions;
  }

  /**
   * The recorded answer of a write that was done before.
   * @throws {CommandError} `TransactionTooOld` when the session has gone on since, `TooManyLogicalSessions` at the limit.
   */
  find(write: WriteIdentity): Uint8Array | undefined {
    const rows = this.#database
      .prepare('SELECT txn, statement, command, reply FROM retryable_writes WHERE session = ?')
      .all(write.session);
    const [newest] = rows;
    if (newest === undefined) {
      this.#assertRoom();
      return undefined;
    }
    const lastTxn = Number(newest.txn);
    if (lastTxn > write.txn) {
      throw new CommandError(
        'TransactionTooOld',
        `Retryable write with txnNumber ${write.txn} is prohibited because a newer retryable write with txnNumber ${lastTxn} has already started on this session.`,
      );
    }
    if (lastTxn < write.txn) return undefined;
    const same = rows.find((row) => row.statement === write.statement && row.command === write.command);
    return same === undefined ? undefined : blob(same.reply);
  }

  record(write: WriteIdentity, reply: Uint8Array, nowMs: number): void {
    this.#database.prepare('DELETE FROM retryable_writes WHERE session = ? AND txn < ?').run(write.session, write.txn);
    this.#database
      .prepare(
        'INSERT OR REPLACE INTO retryable_writes (session, txn, statement, command, reply, at) VALUES (?, ?, ?, ?, ?, ?)',
      )
      .run(write.session, write.txn, write.statement, write.command, reply, nowMs);
  }

  forget(session: Uint8Array): void {
    this.#database.prepare('DELETE FROM retryable_writes WHERE session = ?').run(session);
  }

  forgetIdle(beforeMs: number): void {
    this.#database.prepare('DELETE FROM retryable_writes WHERE at < ?').run(beforeMs);
  }

  #assertRoom(): void {
    const sessions = Number(this.#database.prepare('SELECT count(*) AS n FROM retryable_writes').get()?.n);
    if (sessions >= this.#maxSessions) {
      throw new CommandError(
        'TooManyLogicalSessions',
        `too many sessions with retryable writes, the limit is ${this.#maxSessions}`,
      );
    }
  }
}

import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { ProviderAnswer } from './provider-answer.ts';

// The provider keeps a key for 15 days from its first use.
const RETENTION_MS = 15 * 24 * 60 * 60 * 1_000;

/** The first answer to every idempotency key. It holds answers only, never a request; callers bring the transaction. */
export class AnswerBook {
  readonly #find: StatementSync;
  readonly #insert: StatementSync;
  readonly #deleteExpired: StatementSync;

  constructor(database: DatabaseSync) {
    this.#find = database.prepare('SELECT status, body, committed FROM answers WHERE scope = ? AND expires_at_ms > ?');
    this.#insert = database.prepare(
      'INSERT INTO answers (scope, status, body, committed, expires_at_ms) VALUES (?, ?, ?, ?, ?)',
    );
    this.#deleteExpired = database.prepare('DELETE FROM answers WHERE expires_at_ms <= ?');
  }

  find(scope: string, nowMs: number): ProviderAnswer | undefined {
    const row = this.#find.get(scope, nowMs);
    if (row === undefined) return undefined;
    return {
      status: Number(row.status),
      // Only this class writes the column, always from an answer's body.
      body: JSON.parse(String(row.body)) as ProviderAnswer['body'],
      committed: row.committed === 1,
    };
  }

  /** Keeps the first answer for 15 days, and forgets those that are older. */
  keep(scope: string, answer: ProviderAnswer, nowMs: number): void {
    this.#deleteExpired.run(nowMs);
    this.#insert.run(scope, answer.status, JSON.stringify(answer.body), Number(answer.committed), nowMs + RETENTION_MS);
  }
}

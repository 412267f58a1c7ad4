import { CommandError } from '../errors.ts';
import type { BsonDocument } from '../query/bson-document.ts';

/**
 * Runs the statements of a write command one by one; a refused one becomes an entry of `writeErrors` and, when the
 * command is ordered, the last one tried.
 */
export function runStatements<T>(
  statements: readonly T[],
  isOrdered: boolean,
  run: (statement: T, index: number) => void,
): BsonDocument {
  const writeErrors: BsonDocument[] = [];
  for (const [index, statement] of statements.entries()) {
    try {
      run(statement, index);
    } catch (cause) {
      if (!(cause instanceof CommandError)) throw cause;
      writeErrors.push({ index, code: cause.code, ...cause.fields, errmsg: cause.message });
      if (isOrdered) break;
    }
  }
  return writeErrors.length === 0 ? {} : { writeErrors };
}

/** @throws {CommandError} `InvalidOptions` for an empty or an over-long list of statements. */
export function assertBatchSize(count: number, maximum: number): void {
  if (count >= 1 && count <= maximum) return;
  throw new CommandError(
    'InvalidOptions',
    `Write batch sizes must be between 1 and ${maximum}. Got ${count} operations.`,
  );
}

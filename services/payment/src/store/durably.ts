import type { Sql, TransactionSql } from '@shop/kit';

/** One transaction that is flushed at commit even where the server or the role was tuned not to. */
export async function durably<T>(sql: Sql, write: (tx: TransactionSql) => Promise<T>): Promise<T> {
  const written = await sql.begin(async (tx) => {
    await tx`SET LOCAL synchronous_commit = on`;
    return { value: await write(tx) };
  });
  return written.value;
}

/** A moment from now; the database's clock decides, so that processes whose clocks differ agree. */
export const inMs = (sql: Sql | TransactionSql, ms: number) =>
  sql`now() + ${ms}::double precision * interval '1 millisecond'`;

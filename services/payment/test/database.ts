import { closePostgres, createLogger, migrate, openPostgres, type Sql } from '@shop/kit';
import { startTestPostgres } from '@shop/kit/testing';

export interface TestDatabase {
  readonly url: string;
  readonly sql: Sql;
  close(): Promise<void>;
}

/** A migrated database on a real PostgreSQL. */
export async function startTestDatabase(): Promise<TestDatabase> {
  const database = await startTestPostgres();
  const sql = openPostgres({ url: database.url, applicationName: 'payment-test' });
  await migrate({
    sql,
    directory: new URL('../migrations/', import.meta.url),
    logger: createLogger({ name: 'payment', level: 'silent' }),
  });
  return {
    url: database.url,
    sql,
    async close() {
      await closePostgres(sql);
      await database.close();
    },
  };
}

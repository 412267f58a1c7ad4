import type { Sql } from '@shop/kit';

/** A moment from now; the database's clock decides, so that processes whose clocks differ agree. */
export const inMs = (sql: Sql, ms: number) => sql`now() + ${ms}::double precision * interval '1 millisecond'`;

import { readFile } from 'node:fs/promises';
import { after } from 'node:test';
import type { Stack } from '@shop/stack';
import postgres from 'postgres';

/** A database of a running shop, as its administrator; closed after the file's tests. */
export async function databaseOf(stack: Stack, name: 'user' | 'product' | 'payment'): Promise<postgres.Sql> {
  const { postgresPassword } = JSON.parse(await readFile(stack.dataDir.secrets, 'utf8'));
  const url = `postgres://postgres:${postgresPassword}@127.0.0.1:${stack.ports.postgres}/${name}`;
  const sql = postgres(url, { max: 1, onnotice: () => undefined });
  after(() => sql.end());
  return sql;
}

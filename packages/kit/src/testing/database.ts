import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import postgres from 'postgres';

/** A fresh, empty database on a real PostgreSQL. */
export interface TestPostgres {
  readonly url: string;
  /** Drops the database, whoever is still connected. Call it in an `after` hook. */
  close(): Promise<void>;
}

/**
 * Creates a database for one test file.
 * On the server of `TEST_DB_URL` (an administrator's URL) when that is set; else on a cluster that is booted once for
 * this process and goes away with it, however it ends.
 */
export async function startTestPostgres(): Promise<TestPostgres> {
  const adminUrl = process.env.TEST_DB_URL || (await bootOnce());
  const name = `test_${randomBytes(8).toString('hex')}`;
  await asAdmin(adminUrl, `create database ${name}`);
  const url = new URL(adminUrl);
  url.pathname = `/${name}`;
  return { url: url.href, close: () => asAdmin(adminUrl, `drop database if exists ${name} with (force)`) };
}

async function asAdmin(url: string, statement: string): Promise<void> {
  const admin = postgres(url, { max: 1, onnotice: () => {} });
  try {
    await admin.unsafe(statement);
  } finally {
    await admin.end({ timeout: 5 });
  }
}

let ownCluster: Promise<string> | undefined;

function bootOnce(): Promise<string> {
  ownCluster ??= bootOwnCluster();
  return ownCluster;
}

/** In a process of its own on the leash of its stdin, since an exit handler here would never run on SIGKILL. */
async function bootOwnCluster(): Promise<string> {
  const child = spawn(process.execPath, [fileURLToPath(new URL('./main.ts', import.meta.url))], {
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const problems: string[] = [];
  child.stderr.setEncoding('utf8').on('data', (text: string) => problems.push(text));
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  createInterface(child.stdout).once('line', resolve);
  child.once('error', reject);
  child.once('exit', (code) => reject(new Error(`no test cluster (exit code ${code}): ${problems.join('')}`)));
  const { url } = JSON.parse(await promise) as { url: string };
  // It must not keep the tests' process alive; ending that process ends it.
  child.unref();
  for (const stream of [child.stdin, child.stdout, child.stderr])
    if ('unref' in stream && typeof stream.unref === 'function') stream.unref();
  return url;
}

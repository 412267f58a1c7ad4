import { join } from 'node:path';
import { run } from 'node:test';
import { spec } from 'node:test/reporters';
import { repositoryRoot } from '../repository-root.ts';

export interface Totals {
  readonly passed: number;
  readonly failed: number;
}

/** A file that hangs is a failure, not a run without an end. */
const FILE_TIMEOUT_MS = 240_000;

/** Runs test files, each in a process of its own, prints every result, and answers with the totals. */
export async function runTests(
  files: readonly string[],
  { concurrency }: { readonly concurrency: number },
): Promise<Totals> {
  if (files.length === 0) return { passed: 0, failed: 0 };
  let totals: Totals = { passed: 0, failed: 0 };
  const stream = run({
    files: files.map((file) => join(repositoryRoot, file)),
    cwd: repositoryRoot,
    concurrency,
    timeout: FILE_TIMEOUT_MS,
    execArgv: ['--disable-warning=ExperimentalWarning'],
  });
  stream.on('test:summary', ({ counts, file, success }) => {
    // One summary per file, and one for all without a file's name.
    if (file !== undefined) return;
    const failed = counts.tests - counts.passed - counts.skipped - counts.todo;
    totals = { passed: counts.passed, failed: success ? failed : Math.max(failed, 1) };
  });
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  stream.compose(new spec()).on('end', resolve).on('error', reject).pipe(process.stdout, { end: false });
  await promise;
  return totals;
}

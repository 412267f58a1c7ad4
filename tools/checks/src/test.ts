import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { startTestPostgres } from '@shop/kit/testing';
import { repositoryRoot } from './repository-root.ts';
import { findTests } from './tests/find-tests.ts';
import { runTests, type Totals } from './tests/run-tests.ts';

// All tests, or those whose path has one of the words given: `pnpm test services/order e2e`.
const words = process.argv.slice(2).filter((word) => word !== '--');
const files = findTests().filter((file) => words.length === 0 || words.some((word) => file.includes(word)));
if (files.length === 0) {
  console.error(`no test file matches ${words.join(' ')}`);
  process.exit(1);
}

// Hundreds of processes load the same modules: kept compiled, they start a tenth sooner.
process.env.NODE_COMPILE_CACHE ??= join(repositoryRoot, 'node_modules/.cache/node-compile');

const startedAt = performance.now();
const endToEnd = files.filter((file) => file.startsWith('e2e/'));
const others = files.filter((file) => !file.startsWith('e2e/'));
const totals = [await runWithDatabase(others), await runTests(endToEnd, { concurrency: 1 })];
const sum = (key: keyof Totals) => totals.reduce((total, each) => total + each[key], 0);
console.log(
  `\n${files.length} files, ${((performance.now() - startedAt) / 1_000).toFixed(0)} s\n${sum('passed')} passed, ${sum('failed')} failed`,
);
process.exit(sum('failed') > 0 ? 1 : 0);

/** One server for all files, in place of one each: every test makes a database of its own in it. */
async function runWithDatabase(files: readonly string[]): Promise<Totals> {
  if (process.env.TEST_DB_URL || files.length === 0) return runTests(files, { concurrency: 2 });
  // It goes away with this process.
  process.env.TEST_DB_URL = (await startTestPostgres()).url;
  return runTests(files, { concurrency: 2 });
}

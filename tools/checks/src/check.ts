import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { repositoryRoot } from './repository-root.ts';

/** Scripts of the root package.json; the quick ones first. */
const CHECKS = ['typecheck', 'lint', 'layers', 'unused', 'test'];

// Every check runs, whatever the one before said: one run shows everything there is to mend.
const { scripts } = JSON.parse(await readFile(join(repositoryRoot, 'package.json'), 'utf8'));
const failed: string[] = [];
for (const name of CHECKS) {
  console.log(`\n== ${name}: ${scripts[name]}`);
  if (!(await succeeds(scripts[name]))) failed.push(name);
}
console.log(
  failed.length === 0
    ? `\nall ${CHECKS.length} checks passed`
    : `\n${failed.length} of ${CHECKS.length} checks failed: ${failed.join(', ')}`,
);
process.exit(failed.length === 0 ? 0 : 1);

function succeeds(script: string): Promise<boolean> {
  const programs = join(repositoryRoot, 'node_modules', '.bin');
  const { promise, resolve, reject } = Promise.withResolvers<boolean>();
  spawn(script, {
    cwd: repositoryRoot,
    shell: true,
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, PATH: `${programs}${delimiter}${process.env.PATH}` },
  })
    .once('error', reject)
    .once('exit', (code) => resolve(code === 0));
  return promise;
}

import { mkdtemp, readFile, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { lintTarball } from './pack/lint-tarball.ts';
import { pack } from './pack/pack.ts';
import { type Stranger, setUpStranger } from './pack/stranger.ts';

// The library as another team gets it: packed, installed by npm into an empty project, type-checked, compiled and run.

/** Node's release lines that the library is for. Each comes as the npm package `node`. */
const NODE_MAJORS = [22, 24, 26];

const directory = await realpath(await mkdtemp(join(tmpdir(), 'pack-')));
const problems: string[] = [];
const step = async (name: string, check: () => Promise<readonly string[]>): Promise<void> => {
  const startedAt = performance.now();
  const found = await check();
  const verdict = found.length === 0 ? 'ok' : 'FAILED';
  console.log(`pack: ${name}: ${verdict} (${((performance.now() - startedAt) / 1_000).toFixed(1)} s)`);
  for (const problem of found) console.error(`  ${problem}`);
  problems.push(...found);
};

try {
  let tarball = '';
  let stranger: Stranger | undefined;
  await step('pnpm pack', async () => {
    tarball = await pack(directory);
    return [];
  });
  await step('publint and arethetypeswrong', async () => lintTarball(await readFile(tarball)));
  await step(`npm install beside Node ${NODE_MAJORS.join(', ')}`, async () => {
    stranger = await setUpStranger({ directory: join(directory, 'stranger'), tarball, nodeMajors: NODE_MAJORS });
    return [];
  });
  const installed = stranger;
  if (installed === undefined) throw new Error('the stranger was not set up');
  for (const resolution of ['nodenext', 'bundler'] as const) {
    await step(`types, moduleResolution ${resolution}`, () => installed.typeCheck(resolution));
  }
  for (const major of NODE_MAJORS) {
    await step(`client and server on Node ${major}`, () => installed.roundTrip(major));
  }
  await step('entries that need an optional peer', () => installed.loadEveryEntry());
} finally {
  await rm(directory, { recursive: true, force: true });
}
if (problems.length > 0) process.exit(1);

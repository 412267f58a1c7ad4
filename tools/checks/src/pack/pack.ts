import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { repositoryRoot } from '../repository-root.ts';
import { mustRun } from './run.ts';

/**
 * Builds and packs the library as `pnpm publish` would: catalog versions written out, `exports` pointing to `dist`.
 * Answers with the tarball's path.
 */
export const pack = async (directory: string): Promise<string> => {
  const args = ['-y', 'pnpm@12', 'pack', '--pack-destination', directory];
  await mustRun('npx', args, join(repositoryRoot, 'packages/rpc'));
  const tarball = (await readdir(directory)).find((name) => name.endsWith('.tgz'));
  if (tarball === undefined) throw new Error(`pnpm pack left no tarball in ${directory}`);
  return join(directory, tarball);
};

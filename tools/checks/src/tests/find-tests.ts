import { globSync } from 'node:fs';
import { repositoryRoot } from '../repository-root.ts';

/** Every test file of the workspace, relative to its root, in a stable order. */
export function findTests(): string[] {
  const folders = ['packages/*', 'services/*', 'tools/*', 'e2e', 'examples', 'bench'];
  return globSync(
    folders.map((folder) => `${folder}/**/*.test.ts`),
    { cwd: repositoryRoot, exclude: (path) => path.includes('node_modules') },
  ).sort();
}

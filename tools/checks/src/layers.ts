import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Cruise, cruise } from './layers/cruise.ts';
import { PLANTS, writePlantedTree } from './layers/plants.ts';
import { repositoryRoot } from './repository-root.ts';

/**
 * Far below the real tree and far above nothing: with a compiler it does not know, dependency-cruiser follows no
 * import, finds no violation and exits with 0.
 */
const FEWEST_MODULES = 150;
/** Imports of one workspace package by another; they go through symlinks, which a wrong setting would not follow. */
const FEWEST_CROSSINGS = 20;

const problems = [...(await checkTree()), ...(await checkPlants())];
for (const problem of problems) console.error(`  ${problem}`);
if (problems.length > 0) process.exit(1);

async function checkTree(): Promise<string[]> {
  const seen = await cruise(repositoryRoot);
  const crossings = seen.dependencies.filter(({ from, to }) => packageOf(from) !== packageOf(to)).length;
  console.log(`layers: ${seen.modules} modules, ${seen.dependencies.length} imports, ${crossings} between packages`);
  const problems = seen.violations.map(({ rule, from, to }) => `${rule}: ${from} imports ${to}`);
  if (seen.modules < FEWEST_MODULES) problems.push(`only ${seen.modules} modules were seen, not ${FEWEST_MODULES}`);
  if (crossings < FEWEST_CROSSINGS)
    problems.push(`only ${crossings} imports between packages were seen, not ${FEWEST_CROSSINGS}`);
  return problems;
}

/** Every rule must see the violation that was planted for it; a rule without one is a hole as well. */
async function checkPlants(): Promise<string[]> {
  const directory = await realpath(await mkdtemp(join(tmpdir(), 'layers-')));
  try {
    await writePlantedTree(directory, repositoryRoot);
    const seen = await cruise(directory);
    const missed = PLANTS.filter((plant) => !reported(seen, plant)).map(
      ({ rule, from, imports }) => `${rule} does not see ${from} import ${imports}`,
    );
    const planted = new Set(PLANTS.map(({ rule }) => rule));
    const unproven = seen.rules.filter((rule) => !planted.has(rule)).map((rule) => `${rule} has no planted violation`);
    console.log(`layers: ${PLANTS.length - missed.length} of ${PLANTS.length} planted violations seen`);
    return [...missed, ...unproven];
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

function reported(seen: Cruise, plant: { readonly rule: string; readonly from: string }): boolean {
  return seen.violations.some(({ rule, from }) => rule === plant.rule && from === plant.from);
}

function packageOf(path: string): string {
  return path.split('/').slice(0, 2).join('/');
}

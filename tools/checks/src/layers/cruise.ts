import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { repositoryRoot } from '../repository-root.ts';

/** What dependency-cruiser saw in a tree. Paths are relative to it. */
export interface Cruise {
  /** Modules of our own: third-party code is an end of the graph. */
  readonly modules: number;
  readonly dependencies: readonly { readonly from: string; readonly to: string }[];
  readonly violations: readonly { readonly rule: string; readonly from: string; readonly to: string }[];
  /** Names of the rules that were in force. */
  readonly rules: readonly string[];
}

/** The part of dependency-cruiser's JSON that is read here. */
interface CruiseResult {
  readonly modules: readonly {
    readonly source: string;
    readonly dependencies: readonly { readonly resolved: string }[];
  }[];
  readonly summary: {
    readonly violations: readonly {
      readonly rule: { readonly name: string };
      readonly from: string;
      readonly to: string;
    }[];
    readonly ruleSetUsed: { readonly forbidden: readonly { readonly name: string }[] };
  };
}

const FOLDERS = ['packages', 'services', 'tools', 'e2e', 'bench', 'examples'];
const CLI = join(repositoryRoot, 'node_modules/dependency-cruiser/bin/dependency-cruiser.mjs');
const OURS = new RegExp(`^(${FOLDERS.join('|')})/`);

/** Cruises the workspace folders of `directory` by its own `.dependency-cruiser.cjs`. */
export async function cruise(directory: string): Promise<Cruise> {
  const folders = FOLDERS.filter((folder) => existsSync(join(directory, folder)));
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [CLI, '--config', '.dependency-cruiser.cjs', '--output-type', 'json', ...folders],
    { cwd: directory, maxBuffer: 256 * 1024 * 1024 },
  );
  // The shape is dependency-cruiser's own and its version is pinned.
  const result = JSON.parse(stdout) as CruiseResult;
  const ours = result.modules.filter(({ source }) => OURS.test(source));
  return {
    modules: ours.length,
    dependencies: ours
      .flatMap(({ source, dependencies }) => dependencies.map(({ resolved }) => ({ from: source, to: resolved })))
      .filter(({ to }) => OURS.test(to)),
    violations: result.summary.violations.map(({ rule, from, to }) => ({ rule: rule.name, from, to })),
    rules: result.summary.ruleSetUsed.forbidden.map(({ name }) => name),
  };
}

import { cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { repositoryRoot } from '../repository-root.ts';
import { mustRun, run } from './run.ts';

/** A project that has never seen this workspace. Each check answers with what is wrong, a line each. */
export interface Stranger {
  /** With `nodenext` it also compiles what the other checks run. */
  typeCheck(moduleResolution: 'nodenext' | 'bundler'): Promise<readonly string[]>;
  roundTrip(nodeMajor: number): Promise<readonly string[]>;
  loadEveryEntry(): Promise<readonly string[]>;
}

interface Manifest {
  readonly exports: Readonly<Record<string, unknown>>;
  readonly peerDependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
}

/** Examples that use every kind of call; the stranger's own code, and what it must print. */
const EXAMPLES: Readonly<Record<string, string>> = {
  streams: 'sums 1 3 6',
  'deadlines-and-cancel': 'caller: cancelled, caller_aborted, delivery unknown',
  testing: 'pass 3',
};

/** Entries whose import or whose declarations need a package that most users do not have. */
const NEEDS_A_PEER = /\/(?:otel|metrics|nest)$/;

/** Installs the tarball with npm into an empty directory, without any of its optional peers but Node's types. */
export const setUpStranger = async ({
  directory,
  tarball,
  nodeMajors,
}: {
  readonly directory: string;
  readonly tarball: string;
  readonly nodeMajors: readonly number[];
}): Promise<Stranger> => {
  await mkdir(join(directory, 'src'), { recursive: true });
  await writeFile(join(directory, 'package.json'), JSON.stringify({ private: true, type: 'module' }));
  const install = (packages: readonly string[]): Promise<string> =>
    mustRun('npm', ['install', '--no-audit', '--no-fund', '--prefer-offline', ...packages], directory);
  await install([
    tarball,
    ...(await versionsOf(['typescript', 'zod', '@types/node'])),
    ...nodeMajors.map((major) => `node${major}@npm:node@${major}`),
  ]);
  const manifest = JSON.parse(await readFile(join(directory, 'node_modules/cmdrpc/package.json'), 'utf8')) as Manifest;
  const entries = Object.keys(manifest.exports)
    .filter((entry) => entry !== './package.json')
    .map((entry) => `cmdrpc${entry.slice(1)}`);
  for (const example of Object.keys(EXAMPLES)) {
    await cp(join(repositoryRoot, 'examples', example), join(directory, 'src', example), { recursive: true });
  }
  const plain = entries.filter((entry) => !NEEDS_A_PEER.test(entry));
  await writeFile(join(directory, 'src/entries.ts'), importing(plain));

  const tsc = async (options: object): Promise<readonly string[]> => {
    const compilerOptions = {
      target: 'es2024',
      strict: true,
      exactOptionalPropertyTypes: true,
      noUncheckedIndexedAccess: true,
      verbatimModuleSyntax: true,
      types: ['node'],
      rootDir: 'src',
      outDir: 'built',
      rewriteRelativeImportExtensions: true,
      ...options,
    };
    await writeFile(join(directory, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: ['src'] }));
    const { code, output } = await run(join(directory, 'node_modules/.bin/tsc'), [], directory);
    return code === 0 ? [] : output.split('\n');
  };
  const runBuilt = async (nodeMajor: number, path: string, expected: string): Promise<readonly string[]> => {
    const node = join(directory, `node_modules/node${nodeMajor}/bin/node`);
    const version = (await mustRun(node, ['--version'], directory)).trim();
    if (!version.startsWith(`v${nodeMajor}.`)) return [`node${nodeMajor} is ${version}`];
    const { code, output } = await run(node, [join('built', path)], directory);
    if (code === 0 && output.includes(expected)) return [];
    return [`${path} on ${version} ended with code ${code} and not with "${expected}":`, ...output.split('\n')];
  };

  return {
    // The library's own declarations are checked too: whoever leaves skipLibCheck off must not see an error of ours.
    typeCheck: (moduleResolution) =>
      moduleResolution === 'nodenext'
        ? tsc({ module: 'nodenext', moduleResolution, skipLibCheck: false })
        : tsc({ module: 'esnext', moduleResolution, skipLibCheck: false, noEmit: true }),
    async roundTrip(nodeMajor) {
      const ends = await Promise.all([
        runBuilt(nodeMajor, 'entries.js', `${plain.length} entries`),
        ...Object.entries(EXAMPLES).map(([name, expected]) => runBuilt(nodeMajor, `${name}/main.js`, expected)),
      ]);
      return ends.flat();
    },
    async loadEveryEntry() {
      const { peerDependencies, devDependencies } = manifest;
      const peers = Object.keys(peerDependencies).filter((name) => name !== '@types/node');
      // Nest refuses to load without it, and says so.
      const wanted = [...peers, 'reflect-metadata', '@nestjs/core'];
      await install(wanted.map((name) => `${name}@${devDependencies[name] ?? peerDependencies[name]}`));
      await writeFile(join(directory, 'src/entries.ts'), importing(entries));
      const problems = await tsc({ module: 'nodenext', moduleResolution: 'nodenext', skipLibCheck: true });
      if (problems.length > 0) return problems;
      const newest = Math.max(...nodeMajors);
      return runBuilt(newest, 'entries.js', `${entries.length} entries`);
    },
  };
};

/** Code that imports every entry and fails if one of them exports nothing. */
const importing = (entries: readonly string[]): string =>
  [
    ...entries.map((entry, index) => `import * as entry${index} from '${entry}';`),
    `const entries = { ${entries.map((entry, index) => `'${entry}': entry${index}`).join(', ')} };`,
    'for (const [name, entry] of Object.entries(entries)) {',
    '  if (Object.keys(entry).length === 0) throw new Error(`$' + '{name} exports nothing`);',
    '}',
    'console.log(`$' + '{Object.keys(entries).length} entries`);',
    '',
  ].join('\n');

/** `name@version` as the workspace's catalog has it, so that the check does not change by itself. */
const versionsOf = async (names: readonly string[]): Promise<string[]> => {
  const manifest = JSON.parse(await readFile(join(repositoryRoot, 'packages/rpc/package.json'), 'utf8')) as Manifest;
  const missing = names.filter((name) => manifest.devDependencies[name] === undefined);
  if (missing.length > 0) throw new Error(`packages/rpc does not name ${missing.join(', ')}`);
  const catalog = await readFile(join(repositoryRoot, 'pnpm-workspace.yaml'), 'utf8');
  return names.map((name) => {
    const version = new RegExp(`^  '?${name}'?: (\\S+)$`, 'm').exec(catalog)?.[1];
    if (version === undefined) throw new Error(`the catalog has no ${name}`);
    return `${name}@${version}`;
  });
};

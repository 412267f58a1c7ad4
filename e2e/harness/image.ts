import { execFile } from 'node:child_process';
import { cp, mkdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const REPOSITORY = fileURLToPath(new URL('../..', import.meta.url));
/** What .dockerignore lets into the build. */
const CONTEXT = [
  'package.json',
  'pnpm-lock.yaml',
  'pnpm-workspace.yaml',
  'packages',
  'services',
  'tools',
  'deploy/health.mjs',
];
const LEFT_OUT = new Set(['node_modules', 'dist', 'test']);

interface Step {
  readonly verb: string;
  readonly rest: string;
}

/** An image's file system, made by the steps of the Dockerfile in an empty directory in place of a container. */
export interface Image {
  readonly root: string;
  /** Where its program starts. */
  readonly workingDirectory: string;
  readonly command: readonly string[];
}

/** @param args - the build arguments, as compose.yaml gives them. */
export async function buildImage(home: string, args: Readonly<Record<string, string>>): Promise<Image> {
  const stages = await dockerfile(args);
  const build = join(home, 'build');
  const root = join(home, 'image');
  let workingDirectory = '/';
  let command: string[] = [];
  for (const [index, steps] of stages.entries()) {
    const stage = index === 0 ? build : root;
    await mkdir(stage, { recursive: true });
    for (const { verb, rest } of steps) {
      if (verb === 'WORKDIR') {
        workingDirectory = rest;
        await mkdir(join(stage, rest), { recursive: true });
      } else if (verb === 'COPY') await copy(rest, { build, stage, workingDirectory });
      else if (verb === 'RUN')
        await sh(rest.replace(/(?<=mkdir )\//, `${stage}/`), join(stage, workingDirectory), args);
      else if (verb === 'CMD') command = JSON.parse(rest);
    }
  }
  return { root, workingDirectory: join(root, workingDirectory), command };
}

/** The steps of each stage, with the build arguments and their defaults filled in. */
async function dockerfile(given: Readonly<Record<string, string>>): Promise<Step[][]> {
  const source = await readFile(join(REPOSITORY, 'deploy/Dockerfile'), 'utf8');
  const stages: Step[][] = [];
  let args: Record<string, string> = {};
  for (const line of source.split('\n').filter((each) => each !== '' && !each.startsWith('#'))) {
    const [, verb = '', rest = ''] = /^(\S+) (.*)$/.exec(line) ?? [];
    const filled = verb === 'RUN' ? rest : rest.replaceAll(/\$([A-Z]+)/g, (_, name: string) => args[name] ?? '');
    if (verb === 'FROM') {
      stages.push([]);
      args = {};
    } else if (verb === 'ARG') {
      const [name = '', byDefault = ''] = filled.split('=');
      args[name] = given[name] ?? byDefault;
    } else stages.at(-1)?.push({ verb, rest: filled });
  }
  return stages;
}

async function copy(
  rest: string,
  {
    build,
    stage,
    workingDirectory,
  }: { readonly build: string; readonly stage: string; readonly workingDirectory: string },
): Promise<void> {
  const words = rest.split(' ').filter((word) => !word.startsWith('--'));
  const [from = '', to = ''] = words;
  const target = to.startsWith('/') ? join(stage, to) : join(stage, workingDirectory, to);
  if (rest.includes('--from=install'))
    return copyTree(join(build, from), to.endsWith('/') ? join(target, basename(from)) : target);
  if (from !== '.') return copyTree(join(REPOSITORY, from), join(target, basename(from)));
  for (const entry of CONTEXT)
    await cp(join(REPOSITORY, entry), join(target, entry), {
      recursive: true,
      filter: (path) => !LEFT_OUT.has(basename(path)) && !path.endsWith('.test.ts'),
    });
}

/** Links stay as they are, as COPY keeps them. */
async function copyTree(from: string, to: string): Promise<void> {
  await cp(from, to, { recursive: true, verbatimSymlinks: true });
}

async function sh(command: string, cwd: string, args: Readonly<Record<string, string>>): Promise<void> {
  await promisify(execFile)('sh', ['-c', command], {
    cwd,
    env: { ...process.env, ...args, CI: 'true' },
    maxBuffer: 1 << 26,
  });
}

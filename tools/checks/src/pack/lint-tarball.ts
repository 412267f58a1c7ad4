import { checkPackage, createPackageFromTarballData } from '@arethetypeswrong/core';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';

/** Resolutions the library is not for: it is ESM, and a CommonJS caller of Node 22.12 and later can `require` that. */
const NOT_FOR = new Set(['node10', 'node16-cjs']);

/** Files every user looks for. */
const EXPECTED = ['README.md', 'CHANGELOG.md', 'LICENSE', 'package.json'];

/** What is wrong with a packed tarball, a line each: by publint, by arethetypeswrong, and by what it must hold. */
export const lintTarball = async (data: Buffer): Promise<string[]> => {
  const bytes = new Uint8Array(data);
  const files = createPackageFromTarballData(bytes);
  const named = files.listFiles().map((path) => path.replace(/^\/node_modules\/[^/]+\//, ''));
  const manifest = files.readFile(`/node_modules/${files.packageName}/package.json`);
  return [
    ...EXPECTED.filter((name) => !named.includes(name)).map((name) => `${name} is not in the tarball`),
    ...named.filter((name) => name.includes('.test.')).map((name) => `${name} is a test`),
    ...(manifest.match(/"(?:catalog|workspace):[^"]*"/g) ?? []).map((text) => `package.json says ${text}`),
    ...(await publintProblems(bytes)),
    ...(await typeProblems(files)),
  ];
};

const publintProblems = async (bytes: Uint8Array<ArrayBuffer>): Promise<string[]> => {
  const { messages, pkg } = await publint({ pack: { tarball: bytes.buffer }, strict: true });
  return messages.map((message) => `publint: ${formatMessage(message, pkg, { color: false }) ?? message.code}`);
};

const typeProblems = async (files: ReturnType<typeof createPackageFromTarballData>): Promise<string[]> => {
  const result = await checkPackage(files);
  if (result.types === false) return ['arethetypeswrong: the package has no types'];
  return result.problems
    .filter((problem) => !('resolutionKind' in problem) || !NOT_FOR.has(problem.resolutionKind))
    .map((problem) => `arethetypeswrong: ${JSON.stringify(problem)}`);
};

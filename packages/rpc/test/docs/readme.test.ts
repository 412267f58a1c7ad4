import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';

const packageRoot = fileURLToPath(new URL('../..', import.meta.url));
const readme = readFileSync(join(packageRoot, 'README.md'), 'utf8');
const blocks = [...readme.matchAll(/^```ts\n([\s\S]*?)^```$/gm)].map(([, code]) => code ?? '');
const nameOf = (code: string): string | undefined => /^\/\/ ([\w.-]+\.ts)\n/.exec(code)?.[1];

let project = '';

/** The README's own code, as files of a project that has installed what the README says. */
before(() => {
  project = mkdtempSync(join(tmpdir(), 'readme-'));
  mkdirSync(join(project, 'node_modules/@types'), { recursive: true });
  symlinkSync(packageRoot, join(project, 'node_modules/cmdrpc'));
  for (const name of ['zod', '@types/node']) {
    symlinkSync(join(packageRoot, 'node_modules', name), join(project, 'node_modules', name));
  }
  writeFileSync(join(project, 'package.json'), '{"type":"module"}');
  for (const code of blocks) writeFileSync(join(project, nameOf(code) ?? 'nameless.ts'), code);
});

after(() => rmSync(project, { recursive: true, force: true }));

test('every block of code names its file, so that none goes unchecked', () => {
  assert.ok(blocks.length >= 5);
  assert.deepEqual(
    blocks.filter((code) => nameOf(code) === undefined),
    [],
  );
});

test('the code compiles under strict settings', async () => {
  const base = join(packageRoot, '../../tsconfig.base.json');
  writeFileSync(join(project, 'tsconfig.json'), JSON.stringify({ extends: base, include: ['*.ts'] }));
  const tsc = join(packageRoot, 'node_modules/typescript/bin/tsc');
  assert.deepEqual(await run(tsc, '-p', project), { code: 0, output: '' });
});

test('the quick start runs: a server process and a client process', async (t) => {
  // A free port in place of the README's, which another program may have.
  edit('server.ts', '4020', '0');
  const server = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', 'server.ts'], { cwd: project });
  t.after(() => server.kill('SIGKILL'));
  const closed = new Promise((resolve) => server.once('close', resolve));
  const port = await new Promise<string>((resolve, reject) => {
    server.once('close', () => reject(new Error('the server ended')));
    server.stdout.setEncoding('utf8').once('data', (text: string) => {
      resolve(/^product listens on (\d+)\n$/.exec(text)?.[1] ?? '');
    });
  });
  edit('client.ts', '4020', port);
  assert.deepEqual(await run('client.ts'), {
    code: 0,
    output: [
      'pencil 900',
      'no such product: p2',
      'not_found product_not_found answered 404',
      'price 900',
      'price 910',
      '',
    ].join('\n'),
  });
  server.kill('SIGTERM');
  assert.equal(await closed, 0);
});

test('the example of a context runs', async () => {
  assert.deepEqual(await run('context.ts'), { code: 0, output: 'order-7 true\norder-7 undefined\n' });
});

test('the examples of tests pass', async () => {
  const { code, output } = await run('--test', 'price.test.ts');
  assert.equal(code, 0, output);
  assert.match(output, /pass 3/);
});

const edit = (name: string, from: string, to: string): void => {
  const path = join(project, name);
  writeFileSync(path, readFileSync(path, 'utf8').replaceAll(from, to));
};

const run = (...args: readonly string[]): Promise<{ readonly code: number | null; readonly output: string }> =>
  new Promise((resolve) => {
    const { NODE_TEST_CONTEXT: _, ...env } = process.env;
    const all = ['--disable-warning=ExperimentalWarning', ...args];
    const child = execFile(process.execPath, all, { cwd: project, env, timeout: 60_000 }, (_error, stdout, stderr) => {
      resolve({ code: child.exitCode, output: stdout + stderr });
    });
  });

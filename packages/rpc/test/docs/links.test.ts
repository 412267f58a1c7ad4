import assert from 'node:assert/strict';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../../..', import.meta.url));
const pages = globSync(['docs/*.md', 'docs/api/*.md', 'packages/rpc/*.md', 'examples/*.md'], { cwd: root });

test('every link between documents leads somewhere', () => {
  assert.ok(pages.length > 10);
  const broken = pages.flatMap((page) =>
    [...readFileSync(join(root, page), 'utf8').matchAll(/\]\((?!https?:|#)([^)#\s]+)/g)]
      .map(([, target]) => target ?? '')
      .filter((target) => !existsSync(join(root, dirname(page), target)))
      .map((target) => `${page} links to ${target}`),
  );
  assert.deepEqual(broken, []);
});

test('the page on dependencies names every one of the catalog', () => {
  const workspace = readFileSync(join(root, 'pnpm-workspace.yaml'), 'utf8');
  const catalog = /^catalog:\n((?: {2}.*\n|\n)+)/m.exec(workspace)?.[1] ?? '';
  const names = [...catalog.matchAll(/^ {2}'?([^#'\s:]+)'?: \S+$/gm)].map(([, name]) => name ?? '');
  assert.ok(names.length > 30);
  const page = readFileSync(join(root, 'docs/dependencies.md'), 'utf8');
  assert.deepEqual(
    names.filter((name) => !page.includes(`\`${name}\``)),
    [],
  );
});

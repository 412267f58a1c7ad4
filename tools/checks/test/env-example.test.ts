import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { repositoryRoot } from '../src/repository-root.ts';

const read = (path: string): string => readFileSync(join(repositoryRoot, path), 'utf8');
const matches = (text: string, pattern: RegExp): string[] => [...text.matchAll(pattern)].map(([, name = '']) => name);

const CONFIGS = [
  'services/*/src/config.ts',
  'tools/*/src/config.ts',
  'packages/embedded-mongo/src/config.ts',
  'packages/kit/src/env/*.ts',
];

/** Keys of the schemas that read the environment. */
function variablesRead(): Set<string> {
  const files = globSync(CONFIGS, { cwd: repositoryRoot }).filter((file) => !file.endsWith('.test.ts'));
  return new Set(
    files.flatMap((file) => matches(read(file), /(?:^\s+|\benv\.)([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)*)(?:: | \?\?)/gm)),
  );
}

test('.env.example names every variable that a program reads', () => {
  const named = new Set(matches(read('.env.example'), /^#?([A-Z][A-Z0-9_]*)=/gm));
  assert.deepEqual(
    [...variablesRead()].filter((name) => !named.has(name)),
    [],
  );
});

test('.env.example names nothing that neither a program nor compose.yaml reads', () => {
  const known = variablesRead();
  for (const name of matches(read('compose.yaml'), /\$\{([A-Z_]+):-/g)) known.add(name);
  assert.deepEqual(
    matches(read('.env.example'), /^#?([A-Z][A-Z0-9_]*)=/gm).filter((name) => !known.has(name)),
    [],
  );
});
